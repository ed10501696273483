package dev.mailtide.common.settings;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The settings file: YAML, nested or with dotted keys, as flat keys. */
public final class SettingsFile {

    private static final YAMLMapper YAML = new YAMLMapper();

    private SettingsFile() {}

    /**
     * Reads the file. A list becomes its items divided by commas.
     *
     * @throws SettingsException if it cannot be read, or is not YAML with a mapping at the top
     */
    public static Map<String, String> read(Path path) {
        JsonNode root;
        try {
            root = YAML.readTree(Files.readString(path));
        } catch (JacksonException e) {
            // The message quotes the file, which may hold a secret; the place is enough to find it.
            throw new SettingsException(List.of(path + ": expected YAML, found a mistake at line "
                    + e.getLocation().getLineNr() + ", column "
                    + e.getLocation().getColumnNr()));
        } catch (IOException e) {
            throw new SettingsException(List.of(
                    path + ": expected a file that can be read (" + e.getClass().getSimpleName() + ")"));
        }
        Map<String, String> flat = new TreeMap<>();
        if (root.isObject()) {
            flatten("", root, flat);
        } else if (!root.isMissingNode() && !root.isNull()) {
            throw new SettingsException(List.of(path + ": expected keys and values at the top level"));
        }
        return flat;
    }

    private static void flatten(String prefix, JsonNode object, Map<String, String> flat) {
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            String key = prefix + entry.getKey();
            JsonNode value = entry.getValue();
            if (value.isObject()) {
                flatten(key + ".", value, flat);
            } else {
                flat.put(key, value.isArray() ? joined(value) : value.asText());
            }
        }
    }

    private static String joined(JsonNode array) {
        List<String> items = new ArrayList<>();
        array.forEach(item -> items.add(item.asText()));
        return String.join(",", items);
    }
}
