/** Who may post: secrets, addresses, rates and signatures, read again while the process runs. */
@NullMarked
package dev.mailtide.ingest.access;

import org.jspecify.annotations.NullMarked;
