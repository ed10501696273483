package dev.mailtide.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailtide.app.SpoolCommand.Drain.Rest;
import dev.mailtide.common.run.ExitCode;
import dev.mailtide.ingest.spool.DiskIo;
import dev.mailtide.ingest.spool.FrameRef;
import dev.mailtide.ingest.spool.Spool;
import dev.mailtide.ingest.spool.SpoolEntry;
import dev.mailtide.ingest.spool.SpoolFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class SpoolCommandTest {

    private static final String SEGMENT = "00000000000000000001.spool";

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void a_good_spool_is_called_good_and_its_content_is_not_shown() {
        fill();
        assertThat(run("inspect", spool())).isEqualTo(0);
        assertThat(run("verify", spool())).isEqualTo(0);
        String inspected = SEGMENT + "  220 bytes, 2 frames, received 2026-04-18T20:27:25Z to 2026-04-18T20:27:26Z\n"
                + "1 segments, 2 frames, 220 bytes\n" + "Next: mailtide spool drain " + spool() + "\n";
        String verified =
                "1 segments, 2 frames, 220 bytes\nEvery frame is good.\nNext: mailtide spool drain " + spool() + "\n";
        assertThat(out.toString()).isEqualTo(inspected + verified);
        assertThat(out.toString()).doesNotContain("canary");
    }

    @Test
    void a_sick_spool_ends_with_1_and_what_is_good_can_be_salvaged() throws IOException {
        FrameRef first = fill().get(0);
        Path file = Path.of(spool()).resolve(SEGMENT);
        byte[] bytes = Files.readAllBytes(file);
        bytes[(int) first.offset() + 40] ^= 1;
        Files.write(file, bytes);
        assertThat(run("verify", spool())).isEqualTo(1);
        assertThat(out.toString())
                .contains(", SICK: 1 parts, 94 bytes\n")
                .endsWith("Next: mailtide spool salvage " + spool() + " --to DIR2\n");
        String rescued = folder.resolve("rescued").toString();
        assertThat(run("salvage", spool(), "--to", rescued)).isEqualTo(0);
        assertThat(out.toString())
                .contains("Copied 1 frames of 1 segments (1 of them sick) and 0 segments of aside/; 94 bytes");
        assertThat(run("verify", rescued)).isEqualTo(0);
        assertThat(run("salvage", spool(), "--to", rescued)).isEqualTo(3);
    }

    @Test
    void a_folder_in_use_can_be_inspected_but_not_verified() {
        try (Spool spool = Spool.open(SpoolFiles.unlimited(Path.of(spool())), new DiskIo())) {
            spool.append(entry("r-1", "1")).join();
            assertThat(run("inspect", spool())).isEqualTo(0);
            assertThat(out.toString()).startsWith("In use by process ");
            assertThat(run("verify", spool())).isEqualTo(3);
            assertThat(err.toString()).contains("is in use by process").hasLineCount(1);
        }
    }

    @Test
    void an_orphan_is_inspected_verified_and_salvaged_without_a_trace() throws IOException {
        fill();
        Files.delete(Path.of(spool()).resolve("spool.lock"));
        Map<String, FileTime> before = filesOfTheSpool();
        String rescued = folder.resolve("rescued").toString();
        assertThat(run("inspect", spool())).isEqualTo(0);
        assertThat(run("verify", spool())).isEqualTo(0);
        assertThat(run("salvage", spool(), "--to", rescued)).isEqualTo(0);
        assertThat(filesOfTheSpool()).isEqualTo(before).containsOnlyKeys(SEGMENT);
    }

    private Map<String, FileTime> filesOfTheSpool() throws IOException {
        Map<String, FileTime> files = new TreeMap<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(Path.of(spool()))) {
            for (Path file : found) {
                files.put(file.getFileName().toString(), Files.getLastModifiedTime(file));
            }
        }
        return files;
    }

    @Test
    void what_is_no_spool_ends_with_3_and_is_left_as_it_is() throws IOException {
        assertThat(run("inspect", folder.toString())).isEqualTo(3);
        assertThat(run("verify", folder.resolve("missing").toString())).isEqualTo(3);
        assertThat(run("drain", folder.resolve("missing").toString())).isEqualTo(3);
        assertThat(err.toString())
                .isEqualTo("mailtide: there is no spool in " + folder + "\nmailtide: there is no spool in "
                        + folder.resolve("missing") + "\nmailtide: there is no spool in "
                        + folder.resolve("missing") + "\n");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void the_folder_above_a_spool_ends_with_3_names_the_spool_and_is_left_as_it_is() throws IOException {
        fill();
        Files.writeString(folder.resolve("up.json"), "{}");
        for (String command : List.of("inspect", "verify", "drain")) {
            assertThat(run(command, folder.toString())).as(command).isEqualTo(3);
        }
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString())
                .isEqualTo(("mailtide: there is no spool in " + folder + ", but in " + spool() + "\n").repeat(3));
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(Path::getFileName).map(Path::toString)).containsExactlyInAnyOrder("up.json", "spool");
        }
    }

    @Test
    void a_folder_of_other_files_is_no_spool() throws IOException {
        Files.writeString(folder.resolve("up.json"), "{}");
        assertThat(run("verify", folder.toString())).isEqualTo(3);
        assertThat(err.toString()).isEqualTo("mailtide: there is no spool in " + folder + "\n");
    }

    @Test
    void where_nothing_was_drained_or_checked_nothing_is_said_to_be_well() {
        Spool.open(SpoolFiles.unlimited(Path.of(spool())), new DiskIo()).close();
        assertThat(run("verify", spool())).isEqualTo(0);
        assertThat(tell(0, 0, 0)).isEqualTo(ExitCode.DONE);
        assertThat(out.toString()).isEqualTo("""
                        0 segments, 0 frames, 0 bytes
                        There was nothing to check.
                        Next: nothing, it is empty
                        There was nothing to drain in dir.
                        Next: nothing, if this is the folder you meant
                        """);
    }

    @Test
    void a_drain_says_what_is_left_and_what_to_do_about_it() {
        assertThat(tell(5, 0, 0)).isEqualTo(ExitCode.DONE);
        assertThat(tell(4, 0, 1)).isEqualTo(ExitCode.FAILED);
        assertThat(tell(3, 2, 0)).isEqualTo(ExitCode.FAILED);
        assertThat(out.toString()).isEqualTo("""
                        Drained 5 bodies; Kafka has them.
                        Next: nothing; the folder can be used again or deleted
                        Drained 4 bodies; Kafka has them.
                        1 segments are kept under dir/aside: what Kafka refused for good, or what could not be read; \
                        the log has the reasons.
                        Next: mailtide spool salvage dir --to DIR2; keep dir
                        Drained 3 bodies; Kafka has them.
                        2 segments could not be moved or deleted, and may hold what Kafka does not have; \
                        the log has the reasons.
                        Next: see that files in dir can be renamed, then mailtide spool drain dir again; keep dir
                        """);
    }

    private ExitCode tell(long drained, int segmentsInPlace, int segmentsAside) {
        SpoolFiles.Left left = new SpoolFiles.Left(segmentsInPlace, segmentsAside);
        return tell(drained, new Rest(left, new SpoolFiles.SetAside(segmentsAside, 0), List.of()));
    }

    private ExitCode tell(long drained, Rest rest) {
        return SpoolCommand.Drain.tell(drained, rest, Path.of("dir"), new PrintWriter(out, true));
    }

    @Test
    void a_link_or_a_folder_with_the_name_of_a_segment_is_named_and_neither_followed_nor_touched() throws IOException {
        fill();
        Path elsewhere = Files.move(Path.of(spool()).resolve(SEGMENT), folder.resolve("elsewhere"));
        Path link = Files.createSymbolicLink(Path.of(spool()).resolve("00000000000000000002.spool"), elsewhere);
        Files.createDirectories(Path.of(spool()).resolve("aside/00000000000000000003.aside"));
        assertThat(run("inspect", spool())).isEqualTo(0);
        assertThat(run("verify", spool())).isEqualTo(1);
        assertThat(run("salvage", spool(), "--to", folder.resolve("copy").toString()))
                .isEqualTo(0);
        String named = "Left alone, since links and folders are no segments: 00000000000000000002.spool, "
                + "aside/00000000000000000003.aside; bodies may stand where they lead: "
                + "drain them there, then move these away.\n";
        assertThat(out.toString())
                .isEqualTo("0 segments, 0 frames, 0 bytes\n" + named
                        + "Next: nothing, no segment is in it\n"
                        + "0 segments, 0 frames, 0 bytes\nThere was nothing to check.\n" + named
                        + "Next: nothing, no segment is in it\n"
                        + "Copied 0 frames of 0 segments (0 of them sick) and 0 segments of aside/; "
                        + "0 bytes are no frame or cannot be read, and stay behind.\n" + named
                        + "Next: nothing; no body can be read in " + spool() + "\n");
        assertThat(Files.readSymbolicLink(link)).isEqualTo(elsewhere);
    }

    @Test
    void a_drain_that_left_a_link_alone_ends_with_1() {
        Rest rest = new Rest(new SpoolFiles.Left(0, 0), new SpoolFiles.SetAside(0, 0), List.of("a-link"));
        assertThat(tell(5, rest)).isEqualTo(ExitCode.FAILED);
        assertThat(out.toString()).isEqualTo("""
                        Drained 5 bodies; Kafka has them.
                        Left alone, since links and folders are no segments: a-link; bodies may stand where they lead: \
                        drain them there, then move these away.
                        """);
    }

    @Test
    void a_drain_that_kept_nothing_but_unreadable_bytes_says_that_the_folder_may_be_deleted() throws Exception {
        FrameRef first = fill().get(0);
        Path segment = Path.of(spool()).resolve(SEGMENT);
        byte[] bytes = Files.readAllBytes(segment);
        bytes[(int) first.offset() + 40] ^= 1;
        Files.write(segment, bytes);
        try (Spool spool = Spool.open(SpoolFiles.unlimited(Path.of(spool())), new DiskIo())) {
            spool.acked(spool.poll(Duration.ZERO).orElseThrow().ref());
        }
        SpoolFiles files = new SpoolFiles(Path.of(spool()), new DiskIo());
        assertThat(files.setAside()).isEqualTo(new SpoolFiles.SetAside(0, 94));
        assertThat(tell(1, new Rest(files.left(), files.setAside(), files.noSegments())))
                .isEqualTo(ExitCode.FAILED);
        assertThat(out.toString()).isEqualTo("""
                        Drained 1 bodies; Kafka has them.
                        1 segments are kept under dir/aside: no body can be read in them, \
                        only 94 bytes that are no frame.
                        Next: nothing; every body that can be read is on Kafka, and dir may be deleted, \
                        unless somebody is to look at those bytes
                        """);
    }

    @Test
    void every_spool_command_has_help() {
        for (String command : List.of("inspect", "verify", "salvage", "drain")) {
            assertThat(run(command, "--help")).isEqualTo(0);
        }
        assertThat(out.toString()).contains("Usage: mailtide spool inspect", "Usage: mailtide spool salvage");
    }

    private String spool() {
        return folder.resolve("spool").toString();
    }

    private List<FrameRef> fill() {
        try (Spool spool = Spool.open(SpoolFiles.unlimited(Path.of(spool())), new DiskIo())) {
            return List.of(
                    spool.append(entry("r-1", "1776544045000")).join(),
                    spool.append(entry("r-2", "1776544046000")).join());
        }
    }

    private static SpoolEntry entry(String receiptId, String receivedAt) {
        byte[] time = receivedAt.getBytes(StandardCharsets.UTF_8);
        byte[] body = "{\"to\":\"canary@clinic.example\"}".getBytes(StandardCharsets.UTF_8);
        return new SpoolEntry(receiptId, List.of(new SpoolEntry.Header("received-at", time)), body);
    }

    private int run(String... arguments) {
        CommandLine commandLine = Main.commandLine();
        commandLine.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return commandLine.execute(
                Stream.concat(Stream.of("spool"), Stream.of(arguments)).toArray(String[]::new));
    }
}
