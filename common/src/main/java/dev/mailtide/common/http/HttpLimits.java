package dev.mailtide.common.http;

import dev.mailtide.common.settings.Setting;
import dev.mailtide.common.settings.SettingsReader;
import java.time.Duration;
import java.util.List;

/**
 * What one listener spends on its clients at most, so that slow or idle ones leave room for the others.
 *
 * @param connectionsMax connections beyond these are closed as soon as they are accepted
 * @param headerWait how long a client has for its whole request head, from its first byte, or from connecting
 * @param idleWait how long a connection may stay open between two requests
 * @param headerBytesMax the longest request head, with the request line
 * @param threadsMax threads that serve requests, or open and close connections; no connection holds one while it waits for
 *     its client
 */
public record HttpLimits(
        int connectionsMax, Duration headerWait, Duration idleWait, int headerBytesMax, int threadsMax) {

    /** What holds where nothing is set. */
    public static final HttpLimits DEFAULT =
            new HttpLimits(10_000, Duration.ofSeconds(10), Duration.ofSeconds(75), 8_192, 64);

    /**
     * The default of a role whose own handler never waits: threads are left for probes, metrics, and each connection that
     * comes or goes. Two thousand that come at once start as many as there may be.
     */
    private static final int THREADS_WITHOUT_WAITING = 16;

    /** The settings of one role, for the documentation. */
    public static List<Setting<?>> settings(String role) {
        return List.of(
                connectionsMaxOf(role),
                headerWaitOf(role),
                idleWaitOf(role),
                headerBytesMaxOf(role),
                threadsMaxOf(role));
    }

    /** Reads them; problems are noted in the reader. */
    public static HttpLimits read(SettingsReader reader, String role) {
        return new HttpLimits(
                reader.read(connectionsMaxOf(role)),
                reader.read(headerWaitOf(role)),
                reader.read(idleWaitOf(role)),
                reader.read(headerBytesMaxOf(role)),
                reader.read(threadsMaxOf(role)));
    }

    private static Setting<Integer> connectionsMaxOf(String role) {
        return Setting.number(
                role + ".http.connections-max",
                DEFAULT.connectionsMax,
                10,
                1_000_000,
                "Connections that may be open; more are closed at once. Fewer where the process may open fewer files.");
    }

    private static Setting<Duration> headerWaitOf(String role) {
        return Setting.duration(
                role + ".http.header-wait",
                DEFAULT.headerWait.toSeconds() + "s",
                Duration.ofSeconds(1),
                Duration.ofMinutes(5),
                "How long a client has to send the whole head of a request, TLS handshake included.");
    }

    private static Setting<Duration> idleWaitOf(String role) {
        return Setting.duration(
                role + ".http.idle-wait",
                DEFAULT.idleWait.toSeconds() + "s",
                Duration.ofSeconds(1),
                Duration.ofHours(1),
                "How long a connection may stay open between two requests; longer than a proxy in front keeps it.");
    }

    private static Setting<Integer> headerBytesMaxOf(String role) {
        return Setting.number(
                role + ".http.header-bytes-max",
                DEFAULT.headerBytesMax,
                1_024,
                65_536,
                "Longest head of a request in bytes, its path included; a longer one is answered 431 or 414.");
    }

    private static Setting<Integer> threadsMaxOf(String role) {
        return Setting.number(
                role + ".http.threads-max",
                THREADS_WITHOUT_WAITING,
                8,
                1_000,
                "Threads for connections that come or go, for probes and metrics. A webhook needs none, a slow client holds none.");
    }
}
