package dev.mailtide.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProbeTest {

    @Test
    void the_largest_heap_is_the_sum_of_the_parts_that_have_a_limit() {
        assertThat(Probe.heapBytesMax("""
                        # TYPE jvm_memory_max_bytes gauge
                        jvm_memory_max_bytes{area="heap",id="G1 Eden Space"} -1.0
                        jvm_memory_max_bytes{area="heap",id="G1 Old Gen"} 1.34217728E8
                        jvm_memory_max_bytes{area="nonheap",id="Metaspace"} 7.0
                        """)).hasValue(134_217_728);
        assertThat(Probe.heapBytesMax("nothing of the kind")).isEmpty();
    }
}
