package org.flatgaze.runtime;

import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import org.flatgaze.flatcam.sim.EyeMotion;
import org.flatgaze.flatcam.sim.EyeRenderer;
import org.flatgaze.flatcam.sim.EyeScene;
import org.flatgaze.flatcam.sim.EyeState;
import org.flatgaze.flatcam.sim.Person;
import org.flatgaze.flatcam.sim.Session;
import org.junit.jupiter.api.Test;

/** The reference device and those that are nearly it. */
final class ReferenceDeviceTest {

    @Test
    void shouldStillShowTheEyeThroughNeighboursThatDiffer() {
        EyeScene scene = new EyeScene();
        Person person = Person.ofSeed(3);
        EyeState state = new EyeState();
        EyeMotion.random(person, new SplittableRandom(1), state);
        new EyeRenderer().render(person, Session.of(person, 1), state, scene);
        ReferenceDevice reference = ReferenceDevice.open();
        float[] expected = picture(reference, scene);
        List<ReferenceDevice> neighbours = reference.neighbours(2);
        assertNotEquals(neighbours.get(0).filterId(), neighbours.get(1).filterId());
        for (ReferenceDevice neighbour : neighbours) {
            assertNotEquals(reference.filterId(), neighbour.filterId());
            double correlation = correlation(expected, picture(neighbour, scene));
            assertTrue(correlation > 0.8 && correlation < 0.9999, "correlation=" + correlation);
        }
    }

    private static float[] picture(ReferenceDevice device, EyeScene scene) {
        ReferenceDevice.Instance instance = device.newInstance();
        instance.expose(scene, 1, new SplittableRandom(2));
        float[] picture = new float[EyeScene.SIZE * EyeScene.SIZE];
        instance.reconstructFull(picture);
        return picture;
    }

    private static double correlation(float[] a, float[] b) {
        double meanA = 0;
        double meanB = 0;
        for (int i = 0; i < a.length; i++) {
            meanA += a[i] / a.length;
            meanB += b[i] / b.length;
        }
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            ab += (a[i] - meanA) * (b[i] - meanB);
            aa += (a[i] - meanA) * (a[i] - meanA);
            bb += (b[i] - meanB) * (b[i] - meanB);
        }
        return ab / Math.sqrt(aa * bb);
    }
}
