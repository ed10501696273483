package dev.mailtide.app;

import dev.mailtide.common.event.Times;
import dev.mailtide.common.run.ExitCode;
import dev.mailtide.processor.tokens.ApiToken;
import dev.mailtide.processor.tokens.Scope;
import dev.mailtide.processor.tokens.TokenStore;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mailtide tokens}. */
@Command(
        name = "tokens",
        mixinStandardHelpOptions = true,
        description = "Makes, lists and revokes tokens of the query API.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {TokensCommand.Create.class, TokensCommand.ListTokens.class, TokensCommand.Revoke.class},
        footer = {"", "Reads kafka.… and topics.… from the settings, and writes to the topic of the tokens."})
final class TokensCommand extends CommandGroup {

    TokensCommand() {
        super("list");
    }

    private static TokenStore tokens(KafkaCommand.Kafka kafka) {
        return new TokenStore(kafka.access(), kafka.topics(), InstantSource.system());
    }

    /** {@code mailtide tokens create}. */
    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description = {
                "Makes a token and prints it, alone on a line, this once: only its SHA-256 is kept.",
                "Without --recipients addresses come masked; without --admin there are no dead letters, topics and sources."
            })
    static final class Create extends KafkaCommand {

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
            TokenStore.Created created = tokens(kafka()).create(name, scope, new SecureRandom());
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
    static final class ListTokens extends KafkaCommand {

        ListTokens() {}

        @Override
        public Integer call() {
            tokens(kafka()).all().forEach(token -> out().println(line(token)));
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
    static final class Revoke extends KafkaCommand {

        @Parameters(paramLabel = "ID", description = "As the list has it: tok-…")
        private String id = "";

        Revoke() {}

        @Override
        public Integer call() {
            if (!ApiToken.isId(id)) {
                throw wrong("ID: expected tok- and 12 hex digits, as the list has them; never the token itself");
            }
            Optional<ApiToken> revoked = tokens(kafka()).revoke(id);
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
