package org.flatgaze.runtime.dataset;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class GazeAgreementTest {

    @Test
    void shouldNameTheAxesToTryWhenIrisesGoTheOtherWay() {
        String across = new GazeAgreement(0.9, -0.8).words(GazeAxes.parse("x,y,-z"));
        assertTrue(across.contains("--axes=-x,y,-z"), across);
        String both = new GazeAgreement(0.9, 0.8).words(GazeAxes.parse("-z,y,x"));
        assertTrue(both.contains("--axes=z,-y,x"), both);
    }

    @Test
    void shouldSayWhetherThePicturesBearTheAxesOut() {
        GazeAgreement clear = new GazeAgreement(-0.9, -0.8);
        assertFalse(clear.isContradicted());
        assertTrue(clear.words(GazeAxes.OPENEDS_2020).contains("go where these directions say"));
        String unclear = new GazeAgreement(-0.9, Double.NaN).words(GazeAxes.OPENEDS_2020);
        assertTrue(unclear.contains("do not tell clearly") && unclear.contains("- upright"), unclear);
    }
}
