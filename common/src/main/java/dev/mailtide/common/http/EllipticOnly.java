package dev.mailtide.common.http;

import java.security.AlgorithmConstraints;
import java.security.AlgorithmParameters;
import java.security.CryptoPrimitive;
import java.security.Key;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keys are agreed on over elliptic curves only. TLS 1.3 lets the client choose the group, and over a finite field of 8192
 * bits one cheap message costs the server a hundred times what a curve does. What the JDK itself forbids stays forbidden.
 */
final class EllipticOnly implements AlgorithmConstraints {

    @Override
    public boolean permits(
            Set<CryptoPrimitive> primitives, @Nullable String algorithm, @Nullable AlgorithmParameters parameters) {
        return algorithm == null || !isFiniteField(algorithm.toLowerCase(Locale.ROOT));
    }

    private static boolean isFiniteField(String algorithm) {
        return algorithm.equals("diffiehellman") || algorithm.startsWith("ffdhe");
    }

    @Override
    public boolean permits(Set<CryptoPrimitive> primitives, @Nullable Key key) {
        return true;
    }

    @Override
    public boolean permits(
            Set<CryptoPrimitive> primitives,
            @Nullable String algorithm,
            @Nullable Key key,
            @Nullable AlgorithmParameters parameters) {
        return permits(primitives, algorithm, parameters);
    }
}
