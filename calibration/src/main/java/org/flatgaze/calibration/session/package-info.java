/** A user's calibration as a conversation: commands and gaze samples in, targets and verdicts out; no threads, no network. */
package org.flatgaze.calibration.session;
