package org.flatgaze.runtime.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class UncertaintyCurveTest {

    private static FrameResults results(double factor) {
        FrameResults results = new FrameResults();
        for (int i = 0; i < 100; i++) {
            double error = 1 + i % 10;
            results.add(Rows.of(1, 0, error, 1, 12, factor * error, true));
        }
        return results;
    }

    @Test
    void shouldLieOnTheDiagonalWhenTheNetworkKnowsItsError() {
        UncertaintyCurve curve = UncertaintyCurve.of(results(1));
        assertEquals(10, curve.groups().size());
        for (int i = 0; i < 10; i++) {
            assertEquals(10, curve.groups().get(i).frames());
            assertEquals(i + 1, curve.groups().get(i).predictedDeg(), 1e-9);
            assertEquals(i + 1, curve.groups().get(i).measuredDeg(), 1e-9);
        }
        assertEquals(0, curve.logError(), 1e-9);
    }

    @Test
    void shouldSayByHowMuchWhenTheNetworkIsTooSure() {
        assertEquals(Math.log(2), UncertaintyCurve.of(results(0.5)).logError(), 1e-9);
    }

    @Test
    void shouldBeEmptyWhenTheNetworkPredictsNoError() {
        FrameResults results = new FrameResults();
        results.add(Rows.of(1, 0, 1));
        assertTrue(UncertaintyCurve.of(results).groups().isEmpty());
    }
}
