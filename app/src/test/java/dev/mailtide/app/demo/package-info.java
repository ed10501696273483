@NullMarked
package dev.mailtide.app.demo;

import org.jspecify.annotations.NullMarked;
