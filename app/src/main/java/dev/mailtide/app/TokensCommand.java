package dev.mailtide.app;

import dev.mailtide.common.event.Times;
import dev.mailtide.common.run.ExitCode;
import dev.mailtide.common.settings.SettingsReader;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.TopicSettings;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.processor.ProcessorSettings;
import dev.mailtide.processor.tokens.ApiToken;
import dev.mailtide.processor.tokens.Scope;
import dev.mailtide.processor.tokens.TokenStore;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mailtide tokens}. */
@Command(
        name = "tokens",
        mixinStandardHelpOptions = true,
        description = "Makes, lists and revokes tokens of the query API.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {TokensCommand.Create.class, TokensCommand.ListTokens.class, TokensCommand.Revoke.class},
        footer = {"", "Reads kafka.… and topics.… from the settings, and writes to the topic of the tokens."})
final class TokensCommand implements Runnable {

    private static final InstantSource CLOCK = InstantSource.system();

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    TokensCommand() {}

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Which command? list looks and changes nothing");
    }

    /** What every command needs. */
    private abstract static class OnTokens implements Callable<Integer> {

        @Mixin
        private ConfigOption config = new ConfigOption();

        @Spec
        @SuppressWarnings("NullAway.Init") // Set by picocli.
        private CommandSpec spec;

        final TokenStore tokens() {
            SettingsReader reader = config.reader();
            KafkaAccess kafka = KafkaAccess.read(reader);
            Topics topics = TopicSettings.read(reader);
            ProcessorSettings.ALL.forEach(reader::ignore);
            Roles.finish(Roles.Role.PROCESSOR, reader);
            return new TokenStore(kafka, topics, CLOCK);
        }

        final PrintWriter out() {
            return spec.commandLine().getOut();
        }

        final PrintWriter err() {
            return spec.commandLine().getErr();
        }

        final CommandLine.ParameterException wrong(String why) {
            return new CommandLine.ParameterException(spec.commandLine(), why);
        }
    }

    /** {@code mailtide tokens create}. */
    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description = {
                "Makes a token and prints it, alone on a line, this once: only its SHA-256 is kept.",
                "Without --recipients addresses come masked; without --admin there are no dead letters, topics and sources."
            })
    static final class Create extends OnTokens {

        @Option(names = "--name", required = true, paramLabel = "TEXT", description = "Whose it is, for the list.")
        private String name = "";

        @Option(
                names = "--domain",
                required = true,
                paramLabel = "D",
                description =
                        "What it opens, as often as needed: a domain, *.example for all that end in .example, or * for all.")
        private List<String> domains = List.of();

        @Option(names = "--recipients", description = "Addresses are shown in full.")
        private boolean recipients;

        @Option(names = "--admin", description = "Opens dead letters, topics and sources, too.")
        private boolean admin;

        Create() {}

        @Override
        public Integer call() {
            Scope scope = Scope.of(domains, recipients, admin)
                    .orElseThrow(() -> wrong("--domain: expected " + Scope.EXPECTED));
            if (!ApiToken.isName(name)) {
                throw wrong(
                        "--name: expected 1 to " + ApiToken.NAME_CHARS_MAX + " characters, none of them a control one");
            }
            TokenStore.Created created = tokens().create(name, scope, new SecureRandom());
            out().println(created.token().reveal());
            out().flush();
            err().println("mailtide: this is " + created.kept().id() + "; it is not shown again");
            err().flush();
            return ExitCode.DONE.code();
        }
    }

    /** {@code mailtide tokens list}. */
    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description =
                    "Lists all tokens, the oldest first: id, when it was made, when it was revoked or -, scopes, name.")
    static final class ListTokens extends OnTokens {

        ListTokens() {}

        @Override
        public Integer call() {
            tokens().all().forEach(token -> out().println(line(token)));
            out().flush();
            return ExitCode.DONE.code();
        }

        private static String line(ApiToken token) {
            Scope scope = token.scope();
            String scopes = (scope.domains().isEmpty() ? "-" : String.join(",", scope.domains()))
                    + (scope.recipients() ? " recipients" : "")
                    + (scope.admin() ? " admin" : "");
            return String.join(
                    "\t",
                    token.id(),
                    Times.text(token.createdAt()),
                    token.revokedAt().map(Times::text).orElse("-"),
                    scopes,
                    token.name());
        }
    }

    /** {@code mailtide tokens revoke}. */
    @Command(
            name = "revoke",
            mixinStandardHelpOptions = true,
            description =
                    "From now on this token opens nothing. The token of the settings (api.token) is changed there.")
    static final class Revoke extends OnTokens {

        @Parameters(paramLabel = "ID", description = "As the list has it: tok-…")
        private String id = "";

        Revoke() {}

        @Override
        public Integer call() {
            if (!ApiToken.isId(id)) {
                throw wrong("ID: expected tok- and 12 hex digits, as the list has them; never the token itself");
            }
            Optional<ApiToken> revoked = tokens().revoke(id);
            if (revoked.isEmpty()) {
                err().println("mailtide: there is no token " + id);
                err().flush();
                return ExitCode.FAILED.code();
            }
            out().println("revoked " + id);
            out().flush();
            return ExitCode.DONE.code();
        }
    }
}
