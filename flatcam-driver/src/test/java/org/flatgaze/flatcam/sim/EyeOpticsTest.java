package org.flatgaze.flatcam.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Labels against an independent calculation of where eye and camera are. */
class EyeOpticsTest {

    private final EyeRenderer renderer = new EyeRenderer();
    private final EyeScene scene = new EyeScene();
    private final EyeState state = new EyeState();

    @Test
    void shouldGiveTheVisualAxisInTheDeviceFrameWhenTheHeadsetHasSlipped() {
        for (int seed = 0; seed < 50; seed++) {
            Person person = Person.ofSeed(seed);
            Session session = Session.of(person, seed);
            state.yawDeg = -25 + seed;
            state.pitchDeg = 20 - 0.8 * seed;
            renderer.render(person, session, state, scene);
            double yaw = Math.toRadians(state.yawDeg);
            double pitch = Math.toRadians(state.pitchDeg);
            double[] head = {Math.sin(yaw) * Math.cos(pitch), Math.sin(pitch), -Math.cos(yaw) * Math.cos(pitch)};
            for (int row = 0; row < 3; row++) {
                double expected = 0;
                for (int column = 0; column < 3; column++) {
                    expected += session.rotation(row, column) * head[column];
                }
                assertEquals(expected, scene.gaze[row], 1e-6, "seed=" + seed + " axis=" + row);
            }
        }
    }

    @Test
    void shouldKeepKappaBetweenTheAxesWhenTheEyeTurns() {
        for (int seed = 0; seed < 50; seed++) {
            Person person = Person.ofSeed(seed);
            state.yawDeg = 24 - seed;
            state.pitchDeg = -18 + 0.7 * seed;
            renderer.render(person, Session.of(person, 3), state, scene);
            double cosine = 0;
            double norm = 0;
            for (int axis = 0; axis < 3; axis++) {
                cosine += scene.gaze[axis] * scene.opticalAxis[axis];
                norm += scene.opticalAxis[axis] * scene.opticalAxis[axis];
            }
            double expected = Math.cos(Math.toRadians(person.eyeball().kappaHorizontalDeg()))
                    * Math.cos(Math.toRadians(person.eyeball().kappaVerticalDeg()));
            assertEquals(1, norm, 1e-5);
            assertEquals(expected, cosine, 1e-5, "seed=" + seed);
        }
    }

    @Test
    void shouldTurnTheOpticalAxisToTheTempleWhenARightEyeLooksAhead() {
        for (int seed = 0; seed < 50; seed++) {
            Person person = Person.ofSeed(seed);
            ahead(person, 4, 0, 0);
            assertTrue(scene.opticalAxis[0] > 0, "seed=" + seed + " x=" + scene.opticalAxis[0]);
            assertEquals(Math.sin(Math.toRadians(-person.eyeball().kappaVerticalDeg())), scene.opticalAxis[1], 1e-5);
        }
    }

    @Test
    void shouldCentreTheEllipseOnTheEntrancePupilWhenTheEyeFacesTheCamera() {
        double columnError = 0;
        double rowError = 0;
        for (int seed = 0; seed < 50; seed++) {
            Person person = Person.ofSeed(seed);
            Eyeball ball = person.eyeball();
            state.pupilDiameterMm = 3;
            state.openness = 1;
            // Turn the optical axis towards the camera, where the paraxial image of the pupil is what is seen.
            state.yawDeg = EyeGeometry.CAMERA_TEMPORAL_DEG - ball.kappaHorizontalDeg();
            state.pitchDeg = -EyeGeometry.CAMERA_BELOW_DEG + ball.kappaVerticalDeg();
            Session session = Session.of(person, 1, 0, 0);
            renderer.render(person, session, state, scene);
            double enlarged = EyeGeometry.REFRACTIVE_INDEX
                    / (EyeGeometry.REFRACTIVE_INDEX
                            - (EyeGeometry.REFRACTIVE_INDEX - 1) * ball.chamberDepthMm() / ball.corneaRadiusMm());
            double[] pupil = new double[3];
            double[] axis = {scene.opticalAxis[0], scene.opticalAxis[1], scene.opticalAxis[2]};
            for (int i = 0; i < 3; i++) {
                pupil[i] = ball.apparentIrisPlaneMm() * axis[i];
            }
            // Near the camera's direction the eye's right and up are, to a few per cent, the head's.
            pupil[0] += enlarged * ball.pupilRightMm(3);
            pupil[1] += enlarged * ball.pupilUpMm();
            double[] seen = project(pupil);
            assertEquals(seen[0], scene.pupilX, 3.5, "seed=" + seed);
            assertEquals(seen[1], scene.pupilY, 3.5, "seed=" + seed);
            // The camera of a session is off by a little (mount tolerance): the mean over people has no such error.
            columnError += scene.pupilX - seen[0];
            rowError += scene.pupilY - seen[1];
        }
        assertEquals(0, columnError / 50, 0.8);
        assertEquals(0, rowError / 50, 0.8);
    }

    @Test
    void shouldMoveThePupilWithTheGazeWhenTheEyeTurns() {
        Person person = Person.ofSeed(2);
        ahead(person, 4, 0, 0);
        double column = scene.pupilX;
        double row = scene.pupilY;
        ahead(person, 4, 0, 10);
        assertTrue(
                scene.pupilY < row - 8, "a higher gaze lies higher in the picture: " + scene.pupilY + " after " + row);
        ahead(person, 4, 10, 0);
        assertTrue(scene.pupilX < column - 8, "an onlooker sees a right gaze go left: " + scene.pupilX);
        ahead(person, 4, -10, 0);
        assertTrue(scene.pupilX > column + 8, "an onlooker sees a left gaze go right: " + scene.pupilX);
    }

    @Test
    void shouldEnlargeThePupilWhenLightIsRefracted() {
        for (int seed = 0; seed < 20; seed++) {
            Person person = Person.ofSeed(seed);
            Eyeball ball = person.eyeball();
            state.yawDeg = EyeGeometry.CAMERA_TEMPORAL_DEG - ball.kappaHorizontalDeg();
            state.pitchDeg = -EyeGeometry.CAMERA_BELOW_DEG + ball.kappaVerticalDeg();
            state.pupilDiameterMm = 4;
            ViewPose pose = new ViewPose();
            pose.set(person, Session.of(person, 1, 0, 0), state);
            double refracted = meanRadius(ball, pose, EyeGeometry.REFRACTIVE_INDEX);
            double straight = meanRadius(ball, pose, 1.000001);
            // 13 % in Gullstrand's eye; a little less here, as the image also comes nearer by half a millimetre.
            assertEquals(1.14, refracted / straight, 0.035, "seed=" + seed);
        }
    }

    @Test
    void shouldBendTheRayByTheLawOfRefractionWhenItEntersTheCornea() {
        Person person = Person.ofSeed(3);
        state.yawDeg = 15;
        ViewPose pose = new ViewPose();
        pose.set(person, Session.of(person, 1), state);
        EyeballTracer tracer = new EyeballTracer();
        tracer.set(person.eyeball(), 4, pose, EyeGeometry.REFRACTIVE_INDEX);
        int met = 0;
        for (int step = -40; step <= 40; step++) {
            float tx = step * 0.006f;
            if (tracer.trace(tx, 0.02f) != EyeballTracer.CORNEA) {
                continue;
            }
            met++;
            double[] in = new double[3];
            for (int axis = 0; axis < 3; axis++) {
                in[axis] = pose.eye[3 + axis] * tx + pose.eye[6 + axis] * 0.02f + pose.eye[9 + axis];
            }
            double[] out = {
                tracer.irisX - tracer.x,
                tracer.irisY - tracer.y,
                person.eyeball().irisPlaneMm() - tracer.f
            };
            double[] normal = {tracer.nx, tracer.ny, tracer.nf};
            double sineIn = length(cross(in, normal)) / length(in);
            double sineOut = length(cross(out, normal)) / length(out);
            assertEquals(sineIn, EyeGeometry.REFRACTIVE_INDEX * sineOut, 2e-4, "tx=" + tx);
            assertEquals(0, dot(cross(in, out), normal) / length(in) / length(out), 2e-4, "one plane, tx=" + tx);
        }
        assertTrue(met > 15, "rays through the cornea=" + met);
    }

    @Test
    void shouldShiftThePupilWhenTheHeadsetSlips() {
        Person person = Person.ofSeed(2);
        ahead(person, 4, 0, 0);
        double column = scene.pupilX;
        double row = scene.pupilY;
        Session slipped = Session.of(person, 1, 3, 0);
        renderer.render(person, slipped, state, scene);
        // The eye moves by the slip: +X of the device is left in the picture, +Y is up.
        double pixels = 1 / EyeGeometry.PIXEL_MM;
        assertEquals(column - pixels * slipped.translationMm(0), scene.pupilX, 4);
        double up = slipped.translationMm(1) * Math.cos(Math.toRadians(EyeGeometry.CAMERA_BELOW_DEG))
                - slipped.translationMm(2) * Math.sin(Math.toRadians(EyeGeometry.CAMERA_BELOW_DEG));
        assertEquals(row - pixels * up, scene.pupilY, 4);
    }

    private static double meanRadius(Eyeball ball, ViewPose pose, double index) {
        EyeballTracer tracer = new EyeballTracer();
        tracer.set(ball, 4, pose, index);
        EyeScene out = new EyeScene();
        new PupilOutline().find(tracer, ball, pose, out);
        return (out.pupilMajor + out.pupilMinor) / 2;
    }

    private void ahead(Person person, double pupilMm, double yawDeg, double pitchDeg) {
        state.yawDeg = yawDeg;
        state.pitchDeg = pitchDeg;
        state.pupilDiameterMm = pupilMm;
        state.openness = 1;
        renderer.render(person, Session.of(person, 1, 0, 0), state, scene);
    }

    /** Pinhole projection with the nominal camera, from the published geometry alone. */
    private static double[] project(double[] point) {
        double[] forward = EyeGeometry.cameraForward();
        double[] right = cross(forward, new double[] {0, 1, 0});
        double scale = length(right);
        double[] up = cross(right, forward);
        double[] camera = EyeGeometry.cameraPosition();
        double[] offset = new double[3];
        for (int axis = 0; axis < 3; axis++) {
            offset[axis] = point[axis] - camera[axis];
        }
        double depth = dot(offset, forward);
        return new double[] {
            dot(offset, right) / scale / depth * 35 / 0.1640625 + 127.5,
            -dot(offset, up) / scale / depth * 35 / 0.1640625 + 127.5
        };
    }

    private static double[] cross(double[] p, double[] q) {
        return new double[] {p[1] * q[2] - p[2] * q[1], p[2] * q[0] - p[0] * q[2], p[0] * q[1] - p[1] * q[0]};
    }

    private static double dot(double[] p, double[] q) {
        return p[0] * q[0] + p[1] * q[1] + p[2] * q[2];
    }

    private static double length(double[] p) {
        return Math.sqrt(dot(p, p));
    }
}
