package org.flatgaze.accel.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class Int8ArithmeticTest {

    @ParameterizedTest
    @CsvSource({"0.5, 0", "1.5, 2", "2.5, 2", "-0.5, 0", "-1.5, -2", "-2.5, -2", "0.50001, 1", "300, 127", "-300, -100"
    })
    void shouldRoundHalfToEvenAndClamp(float steps, float expected) {
        assertEquals(expected, Int8Arithmetic.finish(steps, 1, -100, 127) + 0f);
    }

    @Test
    void shouldApplySlopeAndCeilingBeforeRounding() {
        assertEquals(-2f, Int8Arithmetic.finish(-20, 0.1f, -100, 127));
        assertEquals(0f, Int8Arithmetic.finish(-20, 0, -100, 127) + 0f);
        QuantParams out = QuantParams.uniform(false, 0.05f, 10);
        assertEquals(6 / 0.05f, Int8Arithmetic.highest(out, 0, Activation.RELU6));
        assertEquals(245f, Int8Arithmetic.highest(out, 0, Activation.RELU));
    }

    @Test
    void shouldQuantizeLikeOnnxSays() {
        QuantParams quant = QuantParams.uniform(true, 0.5f, 3);
        assertEquals(3, quant.quantize(0.25f, 0));
        assertEquals(5, quant.quantize(0.75f, 0));
        assertEquals(127, quant.quantize(1e9f, 0));
        assertEquals(-128, quant.quantize(-1e9f, 0));
        assertEquals(3, quant.quantize(Float.NaN, 0));
    }

    @Test
    void shouldNameNumberWhenQuantisationIsImpossible() {
        assertEquals(
                "scale[0]=0.0: expected a finite number > 0",
                assertThrows(IllegalArgumentException.class, () -> QuantParams.uniform(false, 0, 0))
                        .getMessage());
        assertEquals(
                "zeroPoint[0]=200: expected -128..127",
                assertThrows(IllegalArgumentException.class, () -> QuantParams.uniform(true, 1, 200))
                        .getMessage());
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 0.8413447460685429", "-1, -0.15865525393145707", "3, 2.99595030590511", "-6, -5.919527e-9"})
    void shouldComputeGelu(double x, double expected) {
        assertEquals(expected, Activation.GELU.apply(x), 1e-12);
    }
}
