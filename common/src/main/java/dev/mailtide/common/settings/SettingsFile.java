package dev.mailtide.common.settings;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
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

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private SettingsFile() {}

    /**
     * Reads the file. A list becomes its items divided by commas.
     *
     * @throws SettingsException if it cannot be read, is not YAML with a mapping at the top, or names a key twice
     */
    public static Map<String, String> read(Path path) {
        JsonNode root;
        try {
            root = YAML.readTree(Files.readString(path));
        } catch (JacksonException e) {
            // The message quotes the file, which may hold a secret; the place is enough to find it.
            throw new SettingsException(List.of(path + ": expected YAML with each key once, found a mistake at line "
                    + e.getLocation().getLineNr() + ", column "
                    + e.getLocation().getColumnNr()));
        } catch (IOException e) {
            throw new SettingsException(List.of(
                    path + ": expected a file that can be read (" + e.getClass().getSimpleName() + ")"));
        }
        Map<String, String> flat = new TreeMap<>();
        List<String> twice = new ArrayList<>();
        if (root.isObject()) {
            flatten("", root, flat, twice);
        } else if (!root.isMissingNode() && !root.isNull()) {
            throw new SettingsException(List.of(path + ": expected keys and values at the top level"));
        }
        if (!twice.isEmpty()) {
            throw new SettingsException(twice.stream()
                    .map(key -> path + ": " + key + " is given twice, nested and with dots; keep one of them")
                    .toList());
        }
        return flat;
    }

    private static void flatten(String prefix, JsonNode object, Map<String, String> flat, List<String> twice) {
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            String key = prefix + entry.getKey();
            JsonNode value = entry.getValue();
            if (value.isObject()) {
                flatten(key + ".", value, flat, twice);
            } else if (flat.put(key, value.isArray() ? joined(value) : value.asText()) != null) {
                twice.add(key);
            }
        }
    }

    private static String joined(JsonNode array) {
        List<String> items = new ArrayList<>();
        array.forEach(item -> items.add(item.asText()));
        return String.join(",", items);
    }
}
