import './citizen.css';
