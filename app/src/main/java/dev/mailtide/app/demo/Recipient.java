package dev.mailtide.app.demo;

import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/** One addressee of one send: as {@code to} has it, with the provider's id and the group it is counted in. */
record Recipient(String to, String group, long payloadId, String queueId) {
    private static final List<String> FIRST_NAMES = List.of("pat", "sam", "kim", "lee", "robin", "jo", "alex", "chris");
    private static final List<String> LAST_NAMES =
            List.of("miller", "ng", "ortiz", "becker", "silva", "khan", "dubois");
    private static final String QUEUE_ID_ALPHABET = "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";
    private static final int QUEUE_ID_LENGTH = 15;

    /** The number keeps the recipients of one send apart. */
    static Recipient draw(int number, long payloadId, RandomGenerator random) {
        Mailbox mailbox = Mailbox.pick(random);
        String first = FIRST_NAMES.get(random.nextInt(FIRST_NAMES.size()));
        String last = LAST_NAMES.get(random.nextInt(LAST_NAMES.size()));
        String address = first + "." + last + random.nextInt(1000) + number + "@" + mailbox.domain();
        String to = switch (random.nextInt(20)) {
            case 0 -> first + " " + last + " <" + address + ">";
            case 1 -> address.toUpperCase(Locale.ROOT);
            default -> address;
        };
        return new Recipient(to, mailbox.group(), payloadId, queueId(random));
    }

    private static String queueId(RandomGenerator random) {
        StringBuilder id = new StringBuilder();
        for (int i = 0; i < QUEUE_ID_LENGTH; i++) {
            id.append(QUEUE_ID_ALPHABET.charAt(random.nextInt(QUEUE_ID_ALPHABET.length())));
        }
        return id.toString();
    }

    /** Where people have their mail, and the recipient group that stands for it in the answers. */
    private record Mailbox(String domain, String group, int share) {
        private static final List<Mailbox> ALL = List.of(
                new Mailbox("gmail.com", "gmail", 38),
                new Mailbox("googlemail.com", "gmail", 1),
                new Mailbox("outlook.com", "microsoft", 9),
                new Mailbox("hotmail.com", "microsoft", 6),
                new Mailbox("yahoo.com", "yahoo-aol", 10),
                new Mailbox("aol.com", "yahoo-aol", 4),
                new Mailbox("icloud.com", "apple", 8),
                new Mailbox("me.com", "apple", 1),
                new Mailbox("comcast.net", "comcast", 4),
                new Mailbox("proton.me", "proton", 1),
                new Mailbox("gmx.de", "gmx", 1),
                new Mailbox("zoho.com", "zoho", 1),
                new Mailbox("mail.gmail.com.example", "other", 2),
                new Mailbox("county-schools.example", "other", 8),
                new Mailbox("straße.example", "other", 1),
                new Mailbox("example.org", "other", 5));

        private static final int SHARES = ALL.stream().mapToInt(Mailbox::share).sum();

        static Mailbox pick(RandomGenerator random) {
            int ticket = random.nextInt(SHARES);
            for (Mailbox mailbox : ALL) {
                ticket -= mailbox.share;
                if (ticket < 0) {
                    return mailbox;
                }
            }
            throw new IllegalStateException("the shares do not add up");
        }
    }
}
