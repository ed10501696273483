package dev.mailtide.testkit.fold;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.function.Predicate;

/** The counts and rates over a set of messages: all of a domain's, or those of one recipient group. */
final class Tally {

    private static final int JUDGED_FROM = 100;
    private static final int RATE_DECIMALS = 6;

    private final List<Life> messages;

    /** Lives without a status are no messages yet. */
    Tally(List<Life> lives) {
        this.messages = lives.stream().filter(life -> life.status().isPresent()).toList();
    }

    int total() {
        return messages.size();
    }

    int with(Predicate<Life> condition) {
        return (int) messages.stream().filter(condition).count();
    }

    ObjectNode messages() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("total", total())
                .putNull("pending")
                .putNull("deferred")
                .put("softBounced", with(life -> life.is(Status.SOFT_BOUNCED)))
                .putNull("undeterminedBounced")
                .put("delivered", with(life -> life.is(Status.DELIVERED)))
                .putNull("failed")
                .putNull("rejected")
                .putNull("dropped")
                .put("hardBounced", with(life -> life.is(Status.HARD_BOUNCED)));
    }

    ObjectNode rates() {
        int delivered = with(life -> life.is(Status.DELIVERED));
        int settled = total() - with(life -> life.is(Status.PENDING)) - with(life -> life.is(Status.DEFERRED));
        ObjectNode rates = JsonNodeFactory.instance.objectNode();
        rates.set("delivery", rate(delivered, settled));
        rates.set("hardBounce", rate(with(life -> life.is(Status.HARD_BOUNCED)), settled));
        rates.set("softBounce", rate(with(Tally::wasPutOff), total()));
        rates.set("open", rate(with(life -> life.is(Status.DELIVERED) && life.hasAny(Kind.OPENED)), delivered));
        return rates.putNull("complaint");
    }

    int softRecovered() {
        return with(life -> wasPutOff(life) && life.is(Status.DELIVERED));
    }

    private static boolean wasPutOff(Life life) {
        return life.hasAny(Kind.BOUNCED_SOFT, Kind.DEFERRED);
    }

    private static ObjectNode rate(int of, int over) {
        ObjectNode rate = JsonNodeFactory.instance.objectNode();
        if (over == 0) {
            rate.putNull("value");
        } else {
            BigDecimal value =
                    BigDecimal.valueOf(of).divide(BigDecimal.valueOf(over), RATE_DECIMALS, RoundingMode.HALF_UP);
            rate.put("value", value.doubleValue());
        }
        return rate.put("of", of).put("over", over).put("judged", over >= JUDGED_FROM);
    }
}
