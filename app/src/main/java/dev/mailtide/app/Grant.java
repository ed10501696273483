package dev.mailtide.app;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.utils.SecurityUtils;

/**
 * What somebody may do with one thing of Kafka's, or with all whose names begin alike.
 *
 * @param on the thing
 * @param operations what is allowed, in the order in which it is told
 */
record Grant(ResourcePattern on, List<AclOperation> operations) {

    private static final String ANY_HOST = "*";

    /** The thing of exactly this name. */
    static Grant of(ResourceType type, String name, AclOperation... operations) {
        return new Grant(new ResourcePattern(type, name, PatternType.LITERAL), Arrays.asList(operations));
    }

    /** All things whose names begin so. */
    static Grant ofAll(ResourceType type, String prefix, AclOperation... operations) {
        return new Grant(new ResourcePattern(type, prefix, PatternType.PREFIXED), Arrays.asList(operations));
    }

    /** The same for Kafka's admin client. */
    List<AclBinding> bindings(String principal) {
        return operations.stream()
                .map(operation -> new AclBinding(
                        on, new AccessControlEntry(principal, ANY_HOST, operation, AclPermissionType.ALLOW)))
                .toList();
    }

    /** The same as a command of Kafka's own, for a shell. */
    String commandLine(String bootstrapServers, String principal) {
        String asked = operations.stream()
                .map(operation -> " --operation " + SecurityUtils.operationName(operation))
                .collect(Collectors.joining());
        return "kafka-acls.sh --bootstrap-server " + quoted(bootstrapServers) + " --add --allow-principal "
                + quoted(principal) + asked + " --" + kind() + " " + quoted(on.name())
                + (isOfAll() ? " --resource-pattern-type prefixed" : "");
    }

    /** The same as cells of a table. */
    String row() {
        return (isOfAll() ? kind() + "s that begin with" : kind()) + " | `" + on.name() + "` | "
                + operations.stream().map(SecurityUtils::operationName).collect(Collectors.joining(", "));
    }

    private String kind() {
        return on.resourceType().name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private boolean isOfAll() {
        return on.patternType() == PatternType.PREFIXED;
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
