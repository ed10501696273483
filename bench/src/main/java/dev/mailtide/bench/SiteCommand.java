package dev.mailtide.bench;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** A {@code bench} command that works on a {@link Site}: processes of its own, a broker among them, and bodies in Paubox's shape. */
abstract class SiteCommand extends MeasuringCommand {

    /** The most sender domains of a load. */
    static final int DOMAINS_MAX = 1_000_000;

    private static final int BODY_BYTES_MAX = 50_000;

    @Option(
            names = "--body-bytes",
            paramLabel = "N",
            description = "size of a body in Paubox's shape, 600 to 50000 (default: ${DEFAULT-VALUE})")
    private int bodyBytes = 1_024;

    /** Size of a body. */
    final int bodyBytes() {
        return bodyBytes;
    }

    @Override
    void check(List<String> problems) {
        new Session.Range("--body-bytes", Traffic.BODY_BYTES_MIN, BODY_BYTES_MAX).check(bodyBytes, problems);
    }

    @Override
    final Session.Result measure(double loadBefore, Consumer<String> progress)
            throws IOException, InterruptedException {
        try (Site site = Site.open(OneJar.running(), folder())) {
            return measure(site, loadBefore, progress);
        }
    }

    /** Measures on a site that is closed afterwards. */
    abstract Session.Result measure(Site site, double loadBefore, Consumer<String> progress)
            throws IOException, InterruptedException;
}
