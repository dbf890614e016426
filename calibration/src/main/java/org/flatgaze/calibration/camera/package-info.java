/**
 * From captures of known patterns, or of ordinary scenes with their pictures, to a device's calibration file and a report
 * that says whether to trust it.
 */
package org.flatgaze.calibration.camera;
