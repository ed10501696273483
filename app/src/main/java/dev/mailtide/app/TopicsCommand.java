package dev.mailtide.app;

import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.common.event.Times;
import dev.mailtide.common.run.ExitCode;
import dev.mailtide.processor.fanout.DomainRoutes;
import dev.mailtide.processor.fanout.DomainRoutes.Ordered;
import dev.mailtide.processor.fanout.Route;
import dev.mailtide.processor.fanout.RouteKind;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mailtide topics}. */
@Command(
        name = "topics",
        mixinStandardHelpOptions = true,
        description = "Lists to which topic the events of each sender domain go, and moves a domain.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {TopicsCommand.ListTopics.class, TopicsCommand.Move.class},
        footer = {"", "Reads kafka.… and topics.… from the settings."})
final class TopicsCommand extends CommandGroup {

    TopicsCommand() {
        super("list");
    }

    private static DomainRoutes routes(KafkaCommand.Kafka kafka) {
        return new DomainRoutes(kafka.access(), kafka.topics());
    }

    /** {@code mailtide topics list}. */
    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = {
                "Lists every domain that has a route, by name. A line has: domain, route (own, overflow, ignored), topic,",
                "since when, why, and the topic before, if there was another one."
            },
            footer = {"", "Examples:", "  mailtide topics list", "  mailtide topics list --route overflow | cut -f 1"},
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {
                "0:done",
                "2:a setting or an option is wrong",
                "3:Kafka cannot be reached, or has no such topic"
            })
    static final class ListTopics extends KafkaCommand {

        @Option(names = "--route", paramLabel = "ROUTE", description = "Only these: own, overflow or ignored.")
        private Optional<String> route = Optional.empty();

        ListTopics() {}

        @Override
        public Integer call() {
            Optional<RouteKind> kind = route.map(text ->
                    RouteKind.named(text).orElseThrow(() -> wrong("--route: expected own, overflow or ignored")));
            List<Route> listed = routes(kafka()).all().stream()
                    .filter(row -> kind.isEmpty() || kind.get() == row.place().kind())
                    .toList();
            listed.forEach(row -> out().println(line(row)));
            out().flush();
            err().println(listed.size() + " domains");
            err().flush();
            return ExitCode.DONE.code();
        }

        private static String line(Route row) {
            return String.join(
                    "\t",
                    row.domain().name(),
                    row.place().kind().wireName(),
                    row.place().topic().orElse("-"),
                    Times.text(row.place().since()),
                    row.reason().wireName(),
                    row.previous().flatMap(Route.Place::topic).orElse("-"));
        }
    }

    /** {@code mailtide topics route}. */
    @Command(
            name = "route",
            mixinStandardHelpOptions = true,
            description = {
                "Moves a sender domain: to a topic of its own, to the topic that domains without one share, or nowhere.",
                "Copies nothing: from the change on, its new events go there, each once; what stands in the old place stays.",
                "A fan-out must be running. Where fan-out.own-topics-max is reached, raise it there first, and restart it."
            },
            footer = {
                "",
                "Examples:",
                "  mailtide topics route clinic.example own",
                "  mailtide topics route clinic.example overflow",
                "  mailtide topics route noise.example ignore"
            },
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {
                "0:the route is as ordered",
                "1:it is not: no further own topic is allowed, or Kafka refuses to make it",
                "2:a setting or an option is wrong",
                "3:Kafka cannot be reached, or no fan-out has answered in time"
            })
    static final class Move extends KafkaCommand {

        @Parameters(index = "0", paramLabel = "DOMAIN", description = "The sender domain.")
        private String domain = "";

        @Parameters(index = "1", paramLabel = "ROUTE", description = "own, overflow or ignore.")
        private String route = "";

        @Option(
                names = "--wait",
                paramLabel = "SECONDS",
                defaultValue = "30",
                description = "How long to wait for the fan-out, 1 to 600 (default: ${DEFAULT-VALUE}).")
        private int waitSeconds = 30;

        Move() {}

        @Override
        public Integer call() {
            SenderDomain of = SenderDomain.of(domain)
                    .orElseThrow(() -> wrong("DOMAIN: expected a host name such as clinic.example"));
            RouteKind kind = RouteKind.named(route).orElseThrow(() -> wrong("ROUTE: expected own, overflow or ignore"));
            if (waitSeconds < 1 || waitSeconds > 600) {
                throw wrong("--wait: expected a whole number from 1 to 600");
            }
            Ordered ordered = routes(kafka()).order(of, kind, Duration.ofSeconds(waitSeconds));
            PrintWriter to = ordered == Ordered.DONE ? out() : err();
            to.println(text(ordered, of, kind));
            to.flush();
            return switch (ordered) {
                case DONE -> ExitCode.DONE.code();
                case CAP, CREATION_REFUSED -> ExitCode.FAILED.code();
                case NO_ANSWER -> ExitCode.RESOURCE.code();
            };
        }

        private String text(Ordered ordered, SenderDomain of, RouteKind kind) {
            return switch (ordered) {
                case DONE -> "The route of " + of.name() + " is " + kind.wireName() + ".";
                case CAP ->
                    "mailtide: as many domains have a topic of their own as may have one; raise fan-out.own-topics-max and"
                            + " restart every fan-out, or move another domain to overflow and delete its topic. Nothing has changed.";
                case CREATION_REFUSED ->
                    "mailtide: Kafka refuses to make the topic of " + of.name()
                            + "; may the user of the fan-out create topics? The fan-out tries again every few seconds, and"
                            + " events go where they went until then.";
                case NO_ANSWER ->
                    "mailtide: no answer within " + waitSeconds
                            + " s; is a processor or fan-out running, and partition 0 of the events topic being processed?"
                            + " See mailtide topics list for what holds.";
            };
        }
    }
}
