package org.flatgaze.pipeline.reconstruct;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.flatgaze.flatcam.Packing;
import org.flatgaze.flatcam.SensorFormat;
import org.junit.jupiter.api.Test;

class FlatCamModelTest {

    private final SensorFormat sensor = new SensorFormat(24, 20, 10, Packing.U16_LOW);
    private final float[] left = SmallModels.noise(1, 20 * 8);
    private final float[] right = SmallModels.noise(2, 24 * 8);

    @Test
    void shouldNameTheElementWhenItIsNotFinite() {
        left[3 * 8 + 5] = Float.NaN;

        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, this::model);

        assertTrue(e.getMessage().contains("phiLeft[3][5]=NaN"), e.getMessage());
    }

    @Test
    void shouldRefuseWhenMatrixDoesNotFitTheSensor() {
        SensorFormat other = new SensorFormat(24, 21, 10, Packing.U16_LOW);

        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> FlatCamModel.of("d", other, 8, left, right));

        assertTrue(e.getMessage().contains("phiLeft.length=160: expected 21 x 8"), e.getMessage());
    }

    @Test
    void shouldRefuseWhenColumnsAreConstant() {
        Arrays.fill(right, 2f);

        assertThrows(IllegalArgumentException.class, this::model);
    }

    @Test
    void shouldDependOnMatricesAloneWhenItIsIdentified() {
        String id = model().id();
        assertEquals(id, FlatCamModel.of("another name", sensor, 8, left, right).id());

        left[0] += 1e-3f;
        assertNotEquals(id, model().id());
    }

    @Test
    void shouldNotChangeWhenTheCallerWritesItsArrays() {
        FlatCamModel model = model();
        float before = model.phiLeft()[0];

        left[0] = 99;
        model.phiLeft()[0] = 98;

        assertEquals(before, model.phiLeft()[0]);
    }

    private FlatCamModel model() {
        return FlatCamModel.of("d", sensor, 8, left, right);
    }
}
