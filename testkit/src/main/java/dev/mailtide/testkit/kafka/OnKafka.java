package dev.mailtide.testkit.kafka;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test class that needs {@link TestKafka}. It is skipped, with the reason, where a container was asked for and cannot be
 * had. Told before the class is initialised, since tests keep the way to Kafka in constants.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(SkipWithoutKafka.class)
public @interface OnKafka {}
