/** The HTTP shell every role serves: problem+json, health, metrics, the bearer token. */
@NullMarked
package dev.mailtide.common.http;

import org.jspecify.annotations.NullMarked;
