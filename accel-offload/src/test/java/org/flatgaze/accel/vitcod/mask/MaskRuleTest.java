package org.flatgaze.accel.vitcod.mask;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.flatgaze.accel.array.NpyArray;
import org.flatgaze.accel.vitcod.VitcodData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MaskRuleTest {

    @Test
    void shouldReproducePublishedLevitMasksWhenThresholdsArePublished() {
        assertLevit("0.8", List.of(0.66, 0.94, 0.8, 0.93, 2.0));
        assertLevit("0.9", List.of(0.46, 0.74, 0.5, 0.70, 0.92));
    }

    private static void assertLevit(String level, List<Double> thresholds) {
        for (int i = 0; i < thresholds.size(); i++) {
            String stage = VitcodData.LEVIT_STAGES.get(i);
            MaskStack made = new MaskRule(thresholds.get(i), false).apply(VitcodData.levitMap(stage));
            NpyArray published = VitcodData.levitMaskFile(level, stage);
            NpyArray ours = made.toArray(Polarity.TRUE_IS_PRUNED);
            assertArrayEquals(published.shape(), ours.shape(), level + " " + stage);
            assertArrayEquals(published.bytes(), ours.bytes(), level + " " + stage);
        }
    }

    @ParameterizedTest
    @CsvSource({"0.1, 2", "0.4, 2", "0.5, 3", "0.69, 3", "0.75, 3", "0.751, 4", "0.95, 4", "1, 4", "2, 4"})
    void shouldKeepCrossingEntryAndOneMoreWhenThresholdIsReached(double threshold, int expected) {
        NpyArray maps = NpyArray.ofFloats(new float[] {0.3125f, 0.0625f, 0.4375f, 0.1875f}, 1, 1, 1, 4);
        HeadMask mask = new MaskRule(threshold, false).apply(maps).mask(0, 0);
        assertEquals(expected, mask.keptInRow(0));
        assertTrue(mask.keeps(0, 2));
        assertEquals(expected > 2, mask.keeps(0, 3));
    }

    @Test
    void shouldKeepFirstOfEqualEntriesWhenTied() {
        NpyArray maps = NpyArray.ofFloats(new float[] {0.25f, 0.25f, 0.25f, 0.25f}, 1, 1, 1, 4);
        HeadMask mask = new MaskRule(0.2, false).apply(maps).mask(0, 0);
        assertTrue(mask.keeps(0, 0) && mask.keeps(0, 1));
        assertFalse(mask.keeps(0, 2) || mask.keeps(0, 3));
    }

    @Test
    void shouldKeepClassRowAndColumnWhenAsked() {
        float[] map = new float[25];
        for (int row = 0; row < 5; row++) {
            map[row * 5 + 4] = 0.75f;
            map[row * 5 + 3] = 0.25f;
        }
        HeadMask mask = new MaskRule(0.5, true)
                .apply(NpyArray.ofFloats(map, 1, 1, 5, 5))
                .mask(0, 0);
        assertEquals(5, mask.keptInRow(0));
        assertEquals(5, mask.keptInColumn(0));
        assertEquals(3, mask.keptInRow(3));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.1, Double.NaN, Double.POSITIVE_INFINITY})
    void shouldRefuseWhenThresholdMakesNoSense(double threshold) {
        assertTrue(assertThrows(MaskException.class, () -> new MaskRule(threshold, false))
                .getMessage()
                .startsWith("threshold="));
    }

    @Test
    void shouldNamePlaceWhenMapHoldsNoShares() {
        MaskRule rule = new MaskRule(0.5, false);
        assertRefused(rule, new float[] {0.5f, 0.5f, 0.5f, Float.NaN}, "layer 0 head 1 row 0 column 1 is NaN");
        assertRefused(rule, new float[] {1.5f, -0.5f, 0.5f, 0.5f}, "layer 0 head 0 row 0 column 0 is 1.5");
        assertRefused(rule, new float[] {0.5f, 0.5f, 0.5f, 0.1f}, "layer 0 head 1 row 0 sums to 0.6");
    }

    private static void assertRefused(MaskRule rule, float[] twoHeads, String expected) {
        String message = assertThrows(MaskException.class, () -> rule.apply(NpyArray.ofFloats(twoHeads, 1, 2, 1, 2)))
                .getMessage();
        assertTrue(message.startsWith(expected), message);
    }

    @Test
    void shouldRefuseWhenShapeDoesNotFit() {
        assertThrows(MaskException.class, () -> new MaskRule(0.5, false).apply(NpyArray.ofFloats(new float[4], 2, 2)));
        assertThrows(
                MaskException.class, () -> new MaskRule(0.5, true).apply(NpyArray.ofFloats(new float[6], 1, 1, 2, 3)));
        assertThrows(
                MaskException.class,
                () -> new MaskRule(0.5, false).apply(NpyArray.ofBooleans(new boolean[4], 1, 1, 2, 2)));
    }
}
