package dev.mailtide.processor.aggregate;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.function.ObjLongConsumer;

/**
 * How many there are of each constant of an enum. No count is ever negative, and one of zero is as good as none. Never
 * changed once made; to add to it copies a few numbers, which every event does several times.
 */
final class Counts<E extends Enum<E>> {

    private final Class<E> type;
    private final long[] numbers;

    private Counts(Class<E> type, long[] numbers) {
        this.type = type;
        this.numbers = numbers;
    }

    /** Nothing of anything. */
    static <E extends Enum<E>> Counts<E> none(Class<E> type) {
        return new Counts<>(type, new long[type.getEnumConstants().length]);
    }

    @SuppressWarnings("EnumOrdinal") // A place in memory; what is stored says the same and is read by Counts alone.
    long of(E constant) {
        return numbers[constant.ordinal()];
    }

    /**
     * The same and so many more, or fewer, of one.
     *
     * @throws IllegalStateException if it falls below zero: something was taken away that was never added
     */
    Counts<E> plus(E constant, int by) {
        long[] sums = numbers.clone();
        add(sums, constant, by);
        return new Counts<>(type, sums);
    }

    /**
     * The same with all of these changes.
     *
     * @throws IllegalStateException if one falls below zero: something was taken away that was never added
     */
    Counts<E> plus(Map<E, Integer> changes) {
        long[] sums = numbers.clone();
        changes.forEach((constant, by) -> add(sums, constant, by));
        return new Counts<>(type, sums);
    }

    @SuppressWarnings("EnumOrdinal")
    private void add(long[] sums, E constant, int by) {
        long sum = sums[constant.ordinal()] + by;
        if (sum < 0) {
            throw new IllegalStateException("the count of " + constant + " would be " + sum);
        }
        sums[constant.ordinal()] = sum;
    }

    /** Both together. */
    Counts<E> plus(Counts<E> other) {
        long[] sums = numbers.clone();
        Arrays.setAll(sums, i -> sums[i] + other.numbers[i]);
        return new Counts<>(type, sums);
    }

    /** How many there are of all together. */
    long sum() {
        return Arrays.stream(numbers).sum();
    }

    /** Each that is not zero, in the order of the enum. */
    void forEach(ObjLongConsumer<E> action) {
        E[] constants = type.getEnumConstants();
        for (int i = 0; i < numbers.length; i++) {
            if (numbers[i] != 0) {
                action.accept(constants[i], numbers[i]);
            }
        }
    }

    void write(BinaryOut out) {
        out.number(Arrays.stream(numbers).filter(number -> number != 0).count());
        forEach((constant, number) -> out.constant(constant).number(number));
    }

    @SuppressWarnings("EnumOrdinal")
    static <E extends Enum<E>> Counts<E> read(BinaryIn in, Class<E> type) {
        Counts<E> counts = none(type);
        for (int left = in.count(); left > 0; left--) {
            E constant = in.constant(type);
            counts.numbers[constant.ordinal()] = in.number();
        }
        return counts;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Counts<?> counts && type.equals(counts.type) && Arrays.equals(numbers, counts.numbers);
    }

    @Override
    public int hashCode() {
        return Objects.hash(type, Arrays.hashCode(numbers));
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        forEach((constant, number) -> text.append(text.isEmpty() ? "" : ", ")
                .append(constant)
                .append('=')
                .append(number));
        return "{" + text + "}";
    }
}
