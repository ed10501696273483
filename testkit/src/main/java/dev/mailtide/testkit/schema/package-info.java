/** The published JSON Schemas, against which tests hold every record that they read, and how schemas may change. */
@NullMarked
package dev.mailtide.testkit.schema;

import org.jspecify.annotations.NullMarked;
