package dev.mailtide.bench;

import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * What to send.
 *
 * @param server where to
 * @param path of every request
 * @param connections how many are kept open; each carries one request at a time
 * @param perSecond rate of an open loop; 0 for a closed one
 * @param warmUp how long to send before anything is counted
 * @param window how long to count
 */
public record Load(
        InetSocketAddress server, String path, int connections, long perSecond, Duration warmUp, Duration window) {}
