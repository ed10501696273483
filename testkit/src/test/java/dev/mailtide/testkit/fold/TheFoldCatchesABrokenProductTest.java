package dev.mailtide.testkit.fold;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailtide.testkit.fixture.RandomHistories;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An oracle that lets a fault pass is worth nothing: every fault of the model must show in the comparison. */
class TheFoldCatchesABrokenProductTest {

    private static final int SEEDS = 200;
    private static final List<Told> HISTORIES =
            LongStream.range(0, SEEDS).mapToObj(Told::ofSeed).toList();

    @Test
    void a_product_without_a_fault_equals_the_fold() {
        for (Told told : HISTORIES) {
            assertThat(told.by(Fault.NONE)).as("seed %d", told.seed()).isEqualTo(told.expected());
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void a_product_with_one_fault_differs_from_the_fold(Fault fault) {
        assertThat(HISTORIES.stream().anyMatch(told -> !told.by(fault).equals(told.expected())))
                .as("at least one of the seeds 0 to %d shows %s", SEEDS - 1, fault)
                .isTrue();
    }

    /** One history, and what the fold says of it. */
    private record Told(long seed, List<RawBody> history, Expected expected) {

        static Told ofSeed(long seed) {
            List<RawBody> history = new RandomHistories(seed).next();
            return new Told(seed, history, new ReferenceFold(RandomHistories.REMEMBER_FOR).fold(history));
        }

        Expected by(Fault fault) {
            ProductModel product = new ProductModel(RandomHistories.REMEMBER_FOR, fault);
            history.forEach(product::take);
            return product.result();
        }
    }
}
