package dev.mailtide.app.demo;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A body that no event can be made of, for the dead letters. Each but the empty one is unique by run and number. */
record UnreadablePost(String text) implements Post {
    private static final int KINDS = 6;

    static List<UnreadablePost> several(int count, String runId) {
        List<UnreadablePost> posts = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            posts.add(new UnreadablePost(text(number, runId + "-" + number)));
        }
        return List.copyOf(posts);
    }

    private static String text(int number, String mark) {
        return switch (number % KINDS) {
            case 0 -> "event_name=api_mail_log_delivered&run=" + mark;
            case 1 -> "[{\"event_name\":\"api_mail_log_opened\",\"payload\":{\"run\":\"" + mark + "\"}}]";
            case 2 -> "";
            case 3 -> "{\"event_name\":\"api_mail_log_delivered\",\"run\":\"" + mark + "\"}";
            case 4 -> "{\"event_name\":\"api_mail_log_opened\",\"payload\":{\"header_message_id\":\"<" + mark + ">\"}}";
            default -> "{\"event_name\":\"api_mail_log_opened\",\"payload\":{\"run\":\"" + mark;
        };
    }

    @Override
    public byte[] body() {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    String digest() {
        return Digest.sha256(body());
    }
}
