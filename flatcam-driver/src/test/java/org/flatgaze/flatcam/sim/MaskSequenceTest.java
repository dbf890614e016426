package org.flatgaze.flatcam.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaskSequenceTest {

    @ParameterizedTest
    @ValueSource(ints = {4, 5, 6, 7, 8, 9, 10})
    void shouldBeBalancedAndHaveAFlatAutocorrelation(int bits) {
        byte[] signs = MaskSequence.signs(bits);
        int length = (1 << bits) - 1;
        assertEquals(length, signs.length);
        int sum = 0;
        for (byte sign : signs) {
            sum += sign;
        }
        assertEquals(1, sum);
        for (int shift = 0; shift < length; shift++) {
            int correlation = 0;
            for (int i = 0; i < length; i++) {
                correlation += signs[i] * signs[(i + shift) % length];
            }
            assertEquals(shift == 0 ? length : -1, correlation, "shift " + shift);
        }
    }

    @Test
    void shouldRefuseADegreeItHasNoPolynomialFor() {
        assertThrows(IllegalArgumentException.class, () -> MaskSequence.signs(3));
        assertThrows(IllegalArgumentException.class, () -> MaskSequence.signs(11));
    }
}
