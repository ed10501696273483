package dev.mailtide.app;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The dashboard as a person sees it in a browser, over a whole {@code up} with a day of mail. The tests stand in the files
 * that it is made of; those that leave something behind for others come last.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DashboardIT
        implements DashboardPages,
                DashboardAnswers,
                DashboardDoubts,
                DashboardByKeyboard,
                DashboardSecrets,
                DashboardBodies,
                DashboardHostility {

    @TempDir
    private static Path folder;

    private static DashboardStage stage;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(Browser.whyNot().isEmpty(), () -> "no browser: " + Browser.whyNot());
        stage = DashboardStage.open(folder);
    }

    @AfterAll
    static void stop() {
        if (stage != null) {
            stage.close();
        }
    }

    @Override
    public DashboardStage stage() {
        return stage;
    }

    @BeforeEach
    void beginSignedInOnTheOverview() {
        stage.begin();
    }

    /** Whatever was done. */
    @AfterEach
    void assertNoComplaint() {
        stage.assertNoComplaint();
    }
}
