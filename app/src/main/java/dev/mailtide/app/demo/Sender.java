package dev.mailtide.app.demo;

import java.net.IDN;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/** A customer's sending domain, as it stands in {@code from}, and its share of the traffic. */
record Sender(String domain, int share, String name) {
    static final List<Sender> ALL = List.of(
            new Sender("billing.harbor-clinic.example", 3500, "Harbor Clinic"),
            new Sender("mail.lakeside-dental.example", 1600, "Lakeside Dental"),
            new Sender("notify.northgate-labs.example", 1150, "Northgate Labs"),
            new Sender("care.harbor-clinic.example", 850, "Harbor Care Team"),
            new Sender("elmwood-pediatrics.example", 640, "Elmwood Pediatrics"),
            new Sender("results.bluepine-imaging.example", 520, "Bluepine Imaging"),
            new Sender("praxis-müller.example", 400, "Praxis Müller"),
            new Sender("visits.cedar-health.example", 330, "Cedar Health"),
            new Sender("rx.corner-pharmacy.example", 260, "Corner Pharmacy"),
            new Sender("stonebridge-physio.example", 200, "Stonebridge Physio"),
            new Sender("newsletter.cedar-health.example", 150, "Cedar Health News"),
            new Sender("mapleleaf-hospice.example", 110, "Mapleleaf Hospice"),
            new Sender("sunrise-therapy.example", 85, "Sunrise Therapy"),
            new Sender("claims.fairview-benefits.example", 65, "Fairview Benefits"),
            new Sender("riverside-optical.example", 48, "Riverside Optical"),
            new Sender("hr.fairview-benefits.example", 35, "Fairview HR"),
            new Sender("oakfield-cardiology.example", 25, "Oakfield Cardiology"),
            new Sender("summit-sports-medicine.example", 18, "Summit Sports Medicine"),
            new Sender("willow-midwives.example", 10, "Willow Midwives"),
            new Sender("pilot.hilltop-vet.example", 4, "Hilltop Vet"));

    private static final List<String> MAILBOXES = List.of("care", "info", "billing", "no-reply");
    private static final int SHARES = ALL.stream().mapToInt(Sender::share).sum();

    static Sender pick(RandomGenerator random) {
        int ticket = random.nextInt(SHARES);
        for (Sender sender : ALL) {
            ticket -= sender.share;
            if (ticket < 0) {
                return sender;
            }
        }
        throw new IllegalStateException("the shares do not add up");
    }

    /** The name under which the product counts this sender. */
    String countedAs() {
        return IDN.toASCII(domain).toLowerCase(Locale.ROOT);
    }

    /** The sender as mail programs write it: bare, with a name, with a quoted name, in capitals. */
    String from(RandomGenerator random) {
        String mailbox = MAILBOXES.get(random.nextInt(MAILBOXES.size()));
        String address = mailbox + "@" + domain;
        return switch (random.nextInt(10)) {
            case 0 -> "\"" + name + ", Front Desk\" <" + address + ">";
            case 1 -> mailbox + "@" + domain.toUpperCase(Locale.ROOT);
            case 2, 3 -> name + " <" + address + ">";
            default -> address;
        };
    }
}
