package dev.mailtide.app;

import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.common.run.ExitCode;
import dev.mailtide.common.settings.SettingsReader;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.TopicSettings;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.processor.ProcessorSettings;
import dev.mailtide.processor.fanout.DomainRoutes;
import dev.mailtide.processor.fanout.RouteKind;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
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
        if (!hasItsOwn(domain.get(), new DomainRoutes(kafka, topics))) {
            refuse(domain.get(), topics);
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

    private void refuse(SenderDomain domain, Topics topics) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("mailtide: " + domain.name()
                + " has no topic of its own: nothing was heard of it yet, or its events stand in "
                + topics.domainOverflow().name()
                + " with those of other domains, and Kafka cannot allow a part of a topic. Give it its own topic, "
                + topics.ofDomain(domain).name() + ", first: mailtide topics route " + domain.name()
                + " own. Its older events stay where they are.");
        err.flush();
    }

    /** Where its events go now tells it: a topic that it had once is still there, and nothing new comes to it. */
    private static boolean hasItsOwn(SenderDomain domain, DomainRoutes routes) {
        return routes.all().stream()
                .anyMatch(
                        route -> route.domain().equals(domain) && route.place().kind() == RouteKind.OWN);
    }
}
