package dev.mailtide.app;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

/** Who may know whom. */
class ArchitectureTest {

    private static final JavaClasses PRODUCT = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(
                    location -> !location.contains("mailtide-testkit") && !location.contains("testkit/target"))
            .importPackages("dev.mailtide");

    @Test
    void ingest_and_processor_never_know_each_other_and_meet_in_topics() {
        noClasses()
                .that()
                .resideInAPackage("dev.mailtide.ingest..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.mailtide.processor..",
                        "dev.mailtide.app..",
                        "dev.mailtide.broker..",
                        "org.apache.kafka.streams..")
                .check(PRODUCT);
        noClasses()
                .that()
                .resideInAPackage("dev.mailtide.processor..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.mailtide.ingest..", "dev.mailtide.app..", "dev.mailtide.broker..")
                .check(PRODUCT);
    }

    @Test
    void common_knows_nobody() {
        noClasses()
                .that()
                .resideInAPackage("dev.mailtide.common..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.mailtide.ingest..",
                        "dev.mailtide.processor..",
                        "dev.mailtide.app..",
                        "dev.mailtide.broker..",
                        "org.apache.kafka.streams..")
                .check(PRODUCT);
    }

    @Test
    void the_bench_measures_the_jar_from_outside_and_only_the_command_line_knows_it() {
        noClasses()
                .that()
                .resideInAPackage("dev.mailtide.bench..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.mailtide.ingest..", "dev.mailtide.processor..", "dev.mailtide.app..")
                .check(PRODUCT);
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.mailtide.bench..", "dev.mailtide.app..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.mailtide.bench..")
                .check(PRODUCT);
    }

    @Test
    void only_the_http_shell_the_routes_and_the_bench_know_javalin() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "dev.mailtide.common.http..",
                        "dev.mailtide.ingest..",
                        "dev.mailtide.bench..",
                        "dev.mailtide.processor.api..",
                        "dev.mailtide.processor")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.javalin..", "org.eclipse.jetty..")
                .check(PRODUCT);
    }

    @Test
    void only_the_broker_module_knows_kafkas_server() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.mailtide.broker..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("kafka.server..", "org.apache.kafka.metadata..", "org.apache.kafka.server..")
                .check(PRODUCT);
    }

    @Test
    void no_package_depends_on_itself_through_another() {
        slices().matching("dev.mailtide.(**)").should().beFreeOfCycles().check(PRODUCT);
    }

    @Test
    void no_two_files_depend_on_each_other_in_a_circle() {
        slices().assignedFrom(new ByFile()).should().beFreeOfCycles().check(PRODUCT);
    }

    @Test
    void only_commands_read_the_environment_or_end_the_process() {
        noClasses()
                .that()
                .haveSimpleNameNotEndingWith("Command")
                .and()
                .haveSimpleNameNotEndingWith("Option")
                .and()
                .doNotHaveSimpleName("Foreground")
                .and()
                .doNotHaveSimpleName("Launcher")
                .should()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(System.class, "getenv")
                .orShould()
                .callMethod(System.class, "getenv", String.class)
                .check(PRODUCT);
    }

    @Test
    void time_comes_in_through_the_constructor() {
        noClasses()
                .that()
                .haveSimpleNameNotEndingWith("Command")
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(InstantSource.class, "system")
                .check(PRODUCT);
    }

    @Test
    void commands_are_the_only_public_classes_of_the_command_line_besides_main() {
        classes()
                .that()
                .resideInAPackage("dev.mailtide.app..")
                .and()
                .arePublic()
                .and()
                .areTopLevelClasses()
                .should()
                .haveSimpleName("Main")
                .orShould()
                .haveSimpleName("Launcher")
                .orShould()
                .haveSimpleName("DemoCommand")
                .check(PRODUCT);
    }

    /** A class and all that is nested in it are one file. */
    private static final class ByFile implements SliceAssignment {

        @Override
        public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
            return javaClass.getPackageName().startsWith("dev.mailtide")
                    ? SliceIdentifier.of(outermost(javaClass).getName())
                    : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "files";
        }

        private static JavaClass outermost(JavaClass javaClass) {
            return javaClass.getEnclosingClass().map(ByFile::outermost).orElse(javaClass);
        }
    }
}
