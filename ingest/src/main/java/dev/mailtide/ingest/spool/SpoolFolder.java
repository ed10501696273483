package dev.mailtide.ingest.spool;

import dev.mailtide.ingest.spool.SpoolIo.Listed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is where in the folder of a spool.
 *
 * <pre>
 * spool.lock                       held by the process that uses the folder; its pid stands in it
 * 00000000000000000007.spool       a segment with frames to be drained
 * 00000000000000000006.drained     a segment that is kept a little longer, and never drained again
 * aside/00000000000000000009.aside frames that Kafka refused for good, and bytes that are no frame
 * aside/00000000000000000005.spool a whole segment, set aside since its parts could not be written to one of those
 * </pre>
 */
record SpoolFolder(Path path) {

    private static final Pattern SEGMENT = Pattern.compile("([0-9]{20})\\.(spool|drained|aside)");
    private static final String LOCK = "spool.lock";

    /** So that there is always a next number, whatever somebody may have copied here. */
    private static final long NUMBER_MAX = Long.MAX_VALUE / 2;

    /** What a segment is there for, by the end of its name. */
    enum Kind {
        SPOOL,
        DRAINED,
        ASIDE;

        private String ending() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A segment file: its number, kind and length. */
    record Segment(long number, Kind kind, Path file, long bytes) {}

    /**
     * What is there.
     *
     * @param waiting segments to be drained, by number
     * @param drained segments that were
     * @param aside segments of both kinds under aside/
     * @param noFiles links and folders that have the name of a segment: nobody knows what somebody meant by them
     * @param foreign names of files that are not ours
     */
    record Contents(
            TreeMap<Long, Segment> waiting,
            List<Segment> drained,
            List<Segment> aside,
            List<Segment> noFiles,
            List<String> foreign) {

        private Contents() {
            this(new TreeMap<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }

        /** No segment has this number or a higher one. */
        long nextNumber() {
            long highest = waiting.isEmpty() ? 0 : waiting.lastKey();
            for (Segment segment : drained) {
                highest = Math.max(highest, segment.number());
            }
            for (Segment segment : aside) {
                highest = Math.max(highest, segment.number());
            }
            for (Segment segment : noFiles) {
                highest = Math.max(highest, segment.number());
            }
            return highest + 1;
        }

        long bytes() {
            return sum(segments());
        }

        /** All of them, oldest first, those under aside/ last. */
        List<Segment> segments() {
            List<Segment> segments = new ArrayList<>(drained);
            segments.addAll(waiting.values());
            segments.addAll(aside);
            return segments;
        }

        private static long sum(List<Segment> segments) {
            return segments.stream().mapToLong(Segment::bytes).sum();
        }
    }

    Path lock() {
        return path.resolve(LOCK);
    }

    Path aside() {
        return path.resolve("aside");
    }

    Path waiting(long number) {
        return path.resolve(name(number, Kind.SPOOL));
    }

    Path drained(long number) {
        return path.resolve(name(number, Kind.DRAINED));
    }

    Path asideLog(long number) {
        return aside().resolve(name(number, Kind.ASIDE));
    }

    Path asideWhole(long number) {
        return aside().resolve(name(number, Kind.SPOOL));
    }

    private static String name(long number, Kind kind) {
        return String.format(Locale.ROOT, "%020d.%s", number, kind.ending());
    }

    Contents list(SpoolIo io) throws IOException {
        Contents contents = new Contents();
        for (Listed listed : io.list(path)) {
            Optional<Segment> segment = segment(path, listed);
            if (listed.type() != SpoolIo.Type.FILE) {
                segment.ifPresent(contents.noFiles()::add);
            } else if (segment.isPresent() && segment.get().kind() == Kind.SPOOL) {
                contents.waiting().put(segment.get().number(), segment.get());
            } else if (segment.isPresent() && segment.get().kind() == Kind.DRAINED) {
                contents.drained().add(segment.get());
            } else if (!listed.name().equals(LOCK)) {
                contents.foreign().add(listed.name());
            }
        }
        for (Listed listed : io.list(aside())) {
            Optional<Segment> segment = segment(aside(), listed).filter(found -> found.kind() != Kind.DRAINED);
            if (listed.type() != SpoolIo.Type.FILE) {
                segment.ifPresent(contents.noFiles()::add);
            } else if (segment.isPresent()) {
                contents.aside().add(segment.get());
            } else {
                contents.foreign().add("aside/" + listed.name());
            }
        }
        return contents;
    }

    /** Whether a spool is here, or was: each leaves its lock. */
    boolean isSpool(SpoolIo io) throws IOException {
        Contents contents = list(io);
        return !contents.segments().isEmpty()
                || !contents.noFiles().isEmpty()
                || io.list(path).stream().anyMatch(file -> file.name().equals(LOCK));
    }

    private static Optional<Segment> segment(Path folder, Listed listed) {
        Matcher name = SEGMENT.matcher(listed.name());
        if (!name.matches() || name.group(1).compareTo(String.format(Locale.ROOT, "%020d", NUMBER_MAX)) > 0) {
            return Optional.empty();
        }
        return Optional.of(new Segment(
                Long.parseLong(name.group(1)),
                Kind.valueOf(name.group(2).toUpperCase(Locale.ROOT)),
                folder.resolve(listed.name()),
                listed.bytes()));
    }
}
