package dev.mailtide.processor.streams;

import org.apache.kafka.streams.state.HostInfo;

/**
 * How an instance shares its stores with the others of its application.
 *
 * @param at where the others ask it
 * @param standbyReplicas how many other instances keep a copy of each of its stores; 0 for none
 */
public record Sharing(HostInfo at, int standbyReplicas) {

    /** The address as Kafka Streams wants it: an IPv6 address has brackets. */
    String endpoint() {
        return (at.host().contains(":") ? "[" + at.host() + "]" : at.host()) + ":" + at.port();
    }
}
