package org.flatgaze.flatcam.v4l2;

/** Linux error numbers that a camera answers with, and what they mean to a user. */
final class Errno {

    static final int ENOENT = 2;
    static final int EINTR = 4;
    static final int EIO = 5;
    static final int EAGAIN = 11;
    static final int EACCES = 13;
    static final int EBUSY = 16;
    static final int ENODEV = 19;
    static final int EINVAL = 22;
    static final int ENOTTY = 25;

    private Errno() {}

    static String describe(int errno) {
        return switch (errno) {
            case ENOENT -> "no such device; is the camera plugged in?";
            case EACCES -> "permission denied; add the user to the group video";
            case EBUSY -> "in use by another program";
            case ENODEV -> "the camera has gone";
            case EIO -> "input/output error; check the cable";
            case EINVAL -> "not supported by this camera";
            case ENOTTY -> "not a video device";
            default -> "error " + errno;
        };
    }
}
