package dev.mailtide.app.demo;

/** Ends the run with one line for the person who started it. The line never holds a secret or an address. */
final class Stop extends Exception {
    private static final long serialVersionUID = 1L;

    private static final int FAILED = 1;
    private static final int CANNOT_BE_REACHED = 3;

    private final int exitCode;

    private Stop(int exitCode, String line) {
        super(line);
        this.exitCode = exitCode;
    }

    static Stop failed(String line) {
        return new Stop(FAILED, line);
    }

    static Stop cannotBeReached(String line) {
        return new Stop(CANNOT_BE_REACHED, line + "; run `./mailtide up` first, in a terminal of its own");
    }

    int exitCode() {
        return exitCode;
    }

    String line() {
        return String.valueOf(getMessage());
    }
}
