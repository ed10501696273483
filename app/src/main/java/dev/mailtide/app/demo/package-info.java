/**
 * A provider in a command: posts realistic traffic to a running Mailtide and compares every answered number with what
 * the stories behind the traffic mean. It knows the product only by its addresses.
 */
@NullMarked
package dev.mailtide.app.demo;

import org.jspecify.annotations.NullMarked;
