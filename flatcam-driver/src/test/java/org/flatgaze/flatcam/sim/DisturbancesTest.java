package org.flatgaze.flatcam.sim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Disturbed scenes stay scenes: finite light, labels and boxes that belong together, the same from the same seeds. */
final class DisturbancesTest {

    private static final int SIZE = EyeScene.SIZE;
    private static final int WEARINGS = 120;

    private final EyeScene clean = render();
    private final EyeScene scene = new EyeScene();
    private final Disturbances disturbances = new Disturbances();

    private static EyeScene render() {
        Person person = Person.ofSeed(3);
        EyeScene scene = new EyeScene();
        EyeState state = new EyeState();
        EyeMotion.random(person, new SplittableRandom(1), state);
        state.openness = 1;
        new EyeRenderer().render(person, Session.of(person, 1), state, scene);
        return scene;
    }

    private void disturb(long wearing, long frame) {
        System.arraycopy(clean.radiance, 0, scene.radiance, 0, SIZE * SIZE);
        System.arraycopy(clean.labels, 0, scene.labels, 0, SIZE * SIZE);
        scene.irisLeft = clean.irisLeft;
        scene.irisTop = clean.irisTop;
        scene.irisRight = clean.irisRight;
        scene.irisBottom = clean.irisBottom;
        scene.pupilVisible = clean.pupilVisible;
        disturbances.begin(wearing);
        disturbances.apply(scene, new SplittableRandom(frame));
    }

    @Test
    void shouldGiveTheSameSceneWhenSeedsAreTheSame() {
        disturb(5, 9);
        float[] first = scene.radiance.clone();
        disturb(6, 9);
        disturb(5, 9);
        assertArrayEquals(first, scene.radiance);
    }

    @Test
    void shouldKeepLabelsBoxAndPupilTogetherInEveryWearing() {
        int changed = 0;
        int covered = 0;
        for (int wearing = 0; wearing < WEARINGS; wearing++) {
            disturb(wearing, wearing);
            boolean anyChange = false;
            boolean anyCover = false;
            int before = 0;
            int after = 0;
            EyeScene box = new EyeScene();
            box.irisLeft = SIZE;
            box.irisTop = SIZE;
            box.irisRight = -1;
            box.irisBottom = -1;
            for (int i = 0; i < SIZE * SIZE; i++) {
                assertTrue(scene.radiance[i] >= 0 && scene.radiance[i] < 30, "wearing=" + wearing + " pixel " + i);
                assertTrue(
                        scene.labels[i] == clean.labels[i] || scene.labels[i] == EyeScene.BACKGROUND,
                        "wearing=" + wearing + " pixel " + i);
                anyChange |= scene.radiance[i] != clean.radiance[i];
                anyCover |= scene.labels[i] != clean.labels[i];
                before += clean.labels[i] == EyeScene.PUPIL ? 1 : 0;
                after += scene.labels[i] == EyeScene.PUPIL ? 1 : 0;
                if (scene.labels[i] >= EyeScene.IRIS) {
                    EyeRenderer.growBox(i / SIZE, i % SIZE, box);
                }
            }
            assertEquals(clean.pupilVisible * after / before, scene.pupilVisible, 1e-9, "wearing=" + wearing);
            assertEquals(box.irisLeft, scene.irisLeft, "wearing=" + wearing);
            assertEquals(box.irisTop, scene.irisTop, "wearing=" + wearing);
            assertEquals(box.irisRight, scene.irisRight, "wearing=" + wearing);
            assertEquals(box.irisBottom, scene.irisBottom, "wearing=" + wearing);
            changed += anyChange ? 1 : 0;
            covered += anyCover ? 1 : 0;
        }
        assertTrue(changed > WEARINGS / 2 && changed < WEARINGS, "changed=" + changed);
        assertTrue(covered > 0 && covered < WEARINGS / 5, "covered=" + covered);
    }
}
