package dev.mailtide.app;

import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.common.run.ExitCode;
import dev.mailtide.common.run.ResourceException;
import dev.mailtide.common.settings.SettingsReader;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.TopicSettings;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.processor.ProcessorSettings;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mailtide acl}. */
@Command(
        name = "acl",
        mixinStandardHelpOptions = true,
        description = {
            "Prints the access rules that Kafka needs for a consumer of one domain, or for a role of Mailtide, as command lines"
                    + " of Kafka's own kafka-acls.sh. Changes nothing.",
            "A domain that has no topic of its own is refused (exit code 1): access to the topic that it shares is access to"
                    + " every domain in it."
        })
final class AclCommand implements Callable<Integer> {

    private static final Duration ANSWER_MAX = Duration.ofSeconds(10);

    @Mixin
    private ConfigOption config = new ConfigOption();

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init") // Set by picocli, which insists on one of the two.
    private Whose whose;

    @Option(
            names = "--principal",
            required = true,
            paramLabel = "P",
            description = "Who is allowed, as Kafka calls it: User:reports, or reports for short.")
    private String principal = "";

    @Option(
            names = "--group",
            paramLabel = "PREFIX",
            description = "How the names of the consumer's groups begin (default: the domain and a slash).")
    private Optional<String> group = Optional.empty();

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    AclCommand() {}

    /** One of the two. */
    static final class Whose {

        @Option(names = "--domain", paramLabel = "D", description = "The sender domain that is read.")
        private Optional<String> domain = Optional.empty();

        @Option(names = "--role", paramLabel = "ROLE", description = "One of: ${COMPLETION-CANDIDATES}.")
        private Optional<Grants.Role> role = Optional.empty();
    }

    @Override
    public Integer call() {
        SettingsReader reader = config.reader();
        KafkaAccess kafka = KafkaAccess.read(reader);
        Topics topics = TopicSettings.read(reader);
        ProcessorSettings.ALL.forEach(reader::ignore);
        checkPrincipal(reader);
        Optional<SenderDomain> domain = whose.domain.flatMap(SenderDomain::of);
        if (whose.domain.isPresent() && domain.isEmpty()) {
            reader.problem("--domain: expected a host name such as clinic.example");
        }
        Roles.finish(Roles.Role.PROCESSOR, reader);
        if (domain.isEmpty()) {
            print(Grants.of(whose.role.orElseThrow(), topics), kafka);
            return ExitCode.DONE.code();
        }
        String own = topics.ofDomain(domain.get()).name();
        if (!names(kafka).contains(own)) {
            refuse(domain.get(), own, topics);
            return ExitCode.FAILED.code();
        }
        // No host name holds a slash, so no group of this domain is one of another domain's, too.
        print(Grants.ofConsumer(domain.get(), group.orElse(domain.get().name() + "/"), topics), kafka);
        return ExitCode.DONE.code();
    }

    private void checkPrincipal(SettingsReader reader) {
        if (!principal.matches("[^\\p{Cntrl}]{1,500}")) {
            reader.problem("--principal: expected a name such as User:reports, of up to 500 characters");
        }
        if (group.filter(prefix -> !prefix.matches("[^\\p{Cntrl}]{1,200}")).isPresent()) {
            reader.problem("--group: expected the beginning of a name, of 1 to 200 characters");
        }
    }

    private void print(List<Grant> grants, KafkaAccess kafka) {
        String full = principal.contains(":") ? principal : "User:" + principal;
        PrintWriter out = spec.commandLine().getOut();
        grants.forEach(grant -> out.println(grant.commandLine(kafka.bootstrapServers(), full)));
        out.flush();
    }

    private void refuse(SenderDomain domain, String own, Topics topics) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("mailtide: " + domain.name()
                + " has no topic of its own: nothing was heard of it yet, or its events stand in "
                + topics.domainOverflow().name()
                + " with those of other domains, and Kafka cannot allow a part of a topic. Give it its own topic, "
                + own + ", first: mailtide topics route " + domain.name()
                + " own. Its older events stay where they are.");
        err.flush();
    }

    private static Set<String> names(KafkaAccess kafka) {
        try {
            return names(kafka.openAdmin());
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            throw new ResourceException(
                    "cannot ask Kafka at " + kafka.bootstrapServers() + " for its topics (" + why(e) + ")", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ResourceException("interrupted while asking Kafka", e);
        }
    }

    private static Set<String> names(Admin admin) throws ExecutionException, TimeoutException, InterruptedException {
        try {
            return admin.listTopics().names().get(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS);
        } finally {
            admin.close(Duration.ZERO);
        }
    }

    private static String why(Exception e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return cause instanceof AuthenticationException
                ? "it does not accept this client: check kafka.sasl.… and kafka.ssl.…"
                : cause.getClass().getSimpleName() + "; is it running? Set kafka.bootstrap.servers";
    }
}
