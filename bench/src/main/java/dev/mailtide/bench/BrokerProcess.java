package dev.mailtide.bench;

import dev.mailtide.broker.EmbeddedBroker;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/** The broker in a process of its own: arguments folder and port. Says in a line that clients may connect, and
 * runs until its input ends. */
final class BrokerProcess {

    private BrokerProcess() {}

    public static void main(String[] arguments) throws IOException {
        try (EmbeddedBroker broker = EmbeddedBroker.start(Path.of(arguments[0]), Integer.parseInt(arguments[1]))) {
            System.out.println("ready at " + broker.bootstrapServers());
            // What comes does not matter, only that it ends.
            long unused = System.in.transferTo(OutputStream.nullOutputStream());
        }
    }
}
