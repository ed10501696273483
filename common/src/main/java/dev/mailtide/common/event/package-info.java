/** What happened to one message, in the words that every topic, metric and answer uses. */
@NullMarked
package dev.mailtide.common.event;

import org.jspecify.annotations.NullMarked;
