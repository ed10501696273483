package dev.mailtide.testkit.fold;

/** What came of one raw body. */
sealed interface Reading {

    record Understood(Event event) implements Reading {}

    record DeadLetter(String reason) implements Reading {}
}
