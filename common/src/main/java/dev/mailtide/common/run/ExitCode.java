package dev.mailtide.common.run;

/** How a process ends. */
public enum ExitCode {
    /** What was asked for is done. */
    DONE(0),
    /** It was tried and failed. */
    FAILED(1),
    /** The settings or the command line are wrong. */
    SETTINGS(2),
    /** Something that is needed is taken, or cannot be reached. */
    RESOURCE(3);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    /** The number the process ends with. */
    public int code() {
        return code;
    }
}
