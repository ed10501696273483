package dev.mailtide.app.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The run's result on paper: a row for each domain, every field that differs, a row for the dead letters. */
record Report(List<Comparison> domains, int deadLettersWanted, int deadLettersFound) {
    private static final List<String> COLUMNS = List.of(
            "messages.total",
            "messages.delivered",
            "messages.softBounced",
            "messages.hardBounced",
            "reactions.openedMessages");

    Report {
        domains = List.copyOf(domains);
    }

    boolean isEqual() {
        return deadLettersFound == deadLettersWanted && domains.stream().allMatch(Comparison::isEqual);
    }

    int exitCode() {
        return isEqual() ? 0 : 1;
    }

    String text() {
        StringBuilder text = new StringBuilder(String.format("Each number: expected/answered.%n"));
        text.append(row("domain", List.of("messages", "delivered", "soft", "hard", "opened", "events"), "verdict"));
        for (Comparison domain : domains) {
            text.append(row(domain.domain(), numbers(domain), verdict(domain)));
            domain.differences().forEach(difference -> text.append(line(difference)));
        }
        text.append(String.format(
                Locale.ROOT,
                "%-34s %15s  %s%n",
                "dead letters",
                deadLettersWanted + "/" + deadLettersFound,
                deadLettersFound == deadLettersWanted ? "equal, byte for byte" : "MISSING"));
        return text.toString();
    }

    private static String row(String name, List<String> cells, String verdict) {
        return String.format(
                Locale.ROOT,
                "%-34s %15s %15s %11s %11s %13s %15s  %s%n",
                name,
                cells.get(0),
                cells.get(1),
                cells.get(2),
                cells.get(3),
                cells.get(4),
                cells.get(5),
                verdict);
    }

    private static List<String> numbers(Comparison domain) {
        Sheet answered = domain.answered().orElse(Sheet.EMPTY);
        List<String> cells = new ArrayList<>();
        for (String path : COLUMNS) {
            cells.add(domain.expected().text(path) + "/" + shown(answered.text(path)));
        }
        cells.add(events(domain.expected()) + "/" + (domain.answered().isPresent() ? events(answered) : "-"));
        return cells;
    }

    private static String shown(String text) {
        return text.equals(Sheet.ABSENT) ? "-" : text;
    }

    private static long events(Sheet sheet) {
        return Fields.EVENTS_COUNTED.stream().mapToLong(sheet::count).sum();
    }

    private static String verdict(Comparison domain) {
        if (domain.answered().isEmpty()) {
            return "NO ANSWER";
        }
        return domain.isEqual() ? "equal" : "DIFFERS";
    }

    private static String line(Comparison.Difference difference) {
        return String.format(
                Locale.ROOT,
                "    %s: expected %s, answered %s%n",
                difference.path(),
                difference.expected(),
                difference.answered());
    }
}
