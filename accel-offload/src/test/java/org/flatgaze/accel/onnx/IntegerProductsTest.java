package org.flatgaze.accel.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class IntegerProductsTest {

    @ParameterizedTest
    @CsvSource({
        "flags\t\t: fpu avx2 avx512f avx512_vnni, true",
        "flags\t\t: fpu avx2 avx_vnni fma, true",
        "flags\t\t: fpu avx2 avx512f, false",
        "Features\t: fp asimd asimddp, true",
        "Features\t: fp asimd, false",
        "model name\t: avx512_vnni, false"
    })
    void shouldFindInstructionsAmongFlags(String line, boolean expected) {
        assertEquals(expected, IntegerProducts.areFast(List.of("processor\t: 0", line, "processor\t: 1")));
    }
}
