package dev.mailtide.ingest.spool;

import dev.mailtide.ingest.spool.ModelDisk.Content;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * What was done to a disk, in order, with what the test noted in between; and what may be left of it when power is lost
 * after any of these actions. Of what was not forced any part may be left: nothing, all, the first so many changes, or any
 * selection of them with one write torn.
 */
final class CrashJournal {

    /** How much of what was not forced survives. */
    enum Survival {
        NOTHING,
        EVERYTHING,
        A_PREFIX,
        ANY_SELECTION
    }

    private sealed interface Action {}

    private record Note(String text) implements Action {}

    private record Created(Path file, Content content) implements Action {}

    private record Renamed(Path from, Path to, Content content) implements Action {}

    private record Deleted(Path file) implements Action {}

    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Wrote(Content content, byte[] piece, long at) implements Action {}

    private record Truncated(Content content, long length) implements Action {}

    private record Forced(Content content) implements Action {}

    private record FailedToForce(Content content) implements Action {}

    private record ForcedFolder(Path folder) implements Action {}

    private final List<Action> actions = new ArrayList<>();

    private synchronized void add(Action action) {
        actions.add(action);
    }

    void note(String text) {
        add(new Note(text));
    }

    void created(Path file, Content content) {
        add(new Created(file, content));
    }

    void renamed(Path from, Path to, Content content) {
        add(new Renamed(from, to, content));
    }

    void deleted(Path file) {
        add(new Deleted(file));
    }

    void wrote(Content content, byte[] piece, long at) {
        add(new Wrote(content, piece, at));
    }

    void truncated(Content content, long length) {
        add(new Truncated(content, length));
    }

    void forced(Content content) {
        add(new Forced(content));
    }

    void failedToForce(Content content) {
        add(new FailedToForce(content));
    }

    void forcedFolder(Path folder) {
        add(new ForcedFolder(folder));
    }

    synchronized List<Path> forcedFolders() {
        return actions.stream()
                .filter(ForcedFolder.class::isInstance)
                .map(action -> ((ForcedFolder) action).folder())
                .toList();
    }

    synchronized int length() {
        return actions.size();
    }

    /** What the test noted among the first so many actions. */
    synchronized Set<String> notes(int first) {
        Set<String> notes = new HashSet<>();
        for (Action action : actions.subList(0, first)) {
            if (action instanceof Note note) {
                notes.add(note.text());
            }
        }
        return notes;
    }

    /** The disk after the first so many actions and a loss of power. */
    synchronized ModelDisk crashed(int first, Survival survival, Random random) {
        IdentityHashMap<Content, Content> durable = new IdentityHashMap<>();
        IdentityHashMap<Content, List<Action>> dirty = new IdentityHashMap<>();
        TreeMap<Path, Content> names = new TreeMap<>();
        List<Action> dirtyNames = new ArrayList<>();
        for (Action action : actions.subList(0, first)) {
            if (action instanceof Wrote wrote) {
                dirty.computeIfAbsent(wrote.content(), any -> new ArrayList<>()).add(wrote);
            } else if (action instanceof Truncated truncated) {
                dirty.computeIfAbsent(truncated.content(), any -> new ArrayList<>())
                        .add(truncated);
            } else if (action instanceof Forced forced) {
                List<Action> pending = dirty.remove(forced.content());
                apply(pending == null ? List.of() : pending, durable, forced.content());
            } else if (action instanceof FailedToForce failed) {
                dirty.remove(failed.content());
            } else if (action instanceof ForcedFolder folder) {
                dirtyNames = forceNames(folder.folder(), dirtyNames, names);
            } else if (!(action instanceof Note)) {
                dirtyNames.add(action);
            }
        }
        applyNames(survivors(dirtyNames, survival, random), names);
        for (Map.Entry<Content, List<Action>> file : dirty.entrySet()) {
            apply(survivors(file.getValue(), survival, random), durable, file.getKey());
        }
        TreeMap<Path, Content> left = new TreeMap<>();
        names.forEach((path, content) -> left.put(path, durable.getOrDefault(content, new Content())));
        return new ModelDisk(left);
    }

    private static List<Action> survivors(List<Action> pending, Survival survival, Random random) {
        return switch (survival) {
            case NOTHING -> List.of();
            case EVERYTHING -> pending;
            case A_PREFIX -> pending.subList(0, random.nextInt(pending.size() + 1));
            case ANY_SELECTION -> selection(pending, random);
        };
    }

    private static List<Action> selection(List<Action> pending, Random random) {
        List<Action> selection = new ArrayList<>();
        for (Action action : pending) {
            int dice = random.nextInt(3);
            if (dice == 0 && action instanceof Wrote wrote) {
                byte[] torn = Arrays.copyOf(wrote.piece(), random.nextInt(wrote.piece().length + 1));
                selection.add(new Wrote(wrote.content(), torn, wrote.at()));
            } else if (dice > 0) {
                selection.add(action);
            }
        }
        return selection;
    }

    private static void apply(List<Action> changes, IdentityHashMap<Content, Content> durable, Content content) {
        Content target = durable.computeIfAbsent(content, any -> new Content());
        for (Action change : changes) {
            if (change instanceof Wrote wrote) {
                target.write(wrote.piece(), wrote.at());
            } else if (change instanceof Truncated truncated) {
                target.truncate(truncated.length());
            }
        }
    }

    private static List<Action> forceNames(Path folder, List<Action> pending, Map<Path, Content> names) {
        List<Action> left = new ArrayList<>();
        for (Action action : pending) {
            if (touches(action, folder)) {
                applyNames(List.of(action), names);
            } else {
                left.add(action);
            }
        }
        return left;
    }

    private static boolean touches(Action action, Path folder) {
        if (action instanceof Renamed renamed) {
            return folder.equals(renamed.from().getParent())
                    || folder.equals(renamed.to().getParent());
        }
        Path file = action instanceof Created created ? created.file() : ((Deleted) action).file();
        return folder.equals(file.getParent());
    }

    private static void applyNames(List<Action> changes, Map<Path, Content> names) {
        for (Action change : changes) {
            if (change instanceof Created created) {
                names.put(created.file(), created.content());
            } else if (change instanceof Deleted deleted) {
                names.remove(deleted.file());
            } else if (change instanceof Renamed renamed) {
                names.remove(renamed.from());
                names.put(renamed.to(), renamed.content());
            }
        }
    }
}
